-- A number all the same, which is larger than any amount.
create or replace temp macro unreadable_number_kind(raw) as
    case
        when regexp_full_match(read_text(raw), '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?')
        then 'absurd_amount'
        else 'unreadable_number'
    end
