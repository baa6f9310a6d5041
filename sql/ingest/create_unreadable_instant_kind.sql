-- A date that ends with the year is two different days.
create or replace temp macro unreadable_instant_kind(raw) as
    case
        when regexp_matches(read_text(raw), '^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b')
        then 'ambiguous_date'
        else 'unreadable_instant'
    end
