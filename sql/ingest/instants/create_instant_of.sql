-- Of what written_instant gives. The session's time zone (the feed's) fills in a
-- missing
-- offset. A year that a calendar of four digits does not hold in UTC is none.
create or replace temp macro instant_of(written) as
    case
        when regexp_full_match(written, '\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?([+-]\d{2}:\d{2})?')
        then four_digit_year(try_cast(written as timestamptz))
    end
