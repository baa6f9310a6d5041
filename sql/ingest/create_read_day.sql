-- A spreadsheet gives a day the time midnight.
create or replace temp macro read_day(raw) as
    case
        when regexp_full_match(read_text(raw), '\d{4}-\d{2}-\d{2}([T ]00:00(:00(\.0+)?)?)?')
        then try_cast(left(read_text(raw), 10) as date)
    end
