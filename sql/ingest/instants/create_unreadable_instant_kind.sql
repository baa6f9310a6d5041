-- A date that ends with the year is two different days.
create or replace temp macro unreadable_instant_kind(written) as
    case
        when regexp_matches(written, '^\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2,4}\b')
        then 'ambiguous_date'
        else 'unreadable_instant'
    end
