-- A spreadsheet gives a day the time midnight. `written` is what written_instant gives.
create or replace temp macro read_day(written) as
    case
        when regexp_full_match(written, '\d{4}-\d{2}-\d{2} 00:00:00(\.0+)?') and not says_no_day(written)
        then try_cast(left(written, 10) as date)
    end
