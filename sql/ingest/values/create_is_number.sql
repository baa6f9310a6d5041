create or replace temp macro is_number(bare) as
    regexp_full_match(bare, '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?')
