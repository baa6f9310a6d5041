create or replace temp macro read_number(raw) as
    case
        when regexp_full_match(read_text(raw), '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?')
        then try_cast(read_text(raw) as decimal(18, 4))
    end
