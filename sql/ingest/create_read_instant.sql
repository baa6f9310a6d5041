-- Only ISO 8601 is an instant. The session's time zone (the feed's) fills in a
-- missing offset. Anything else, such as a spreadsheet's 2026/11/10 9:05, is not;
-- nor are 24:00, and years that a calendar of four digits does not hold in UTC.
create or replace temp macro read_instant(raw) as
    case
        when
            regexp_full_match(
                read_text(raw),
                '\d{4}-\d{2}-\d{2}([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d{1,9})?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?'
            )
        then four_digit_year(try_cast(replace(read_text(raw), ',', '.') as timestamptz))
        when
            regexp_full_match(
                read_text(raw), '\d{8}T([01]\d|2[0-3])[0-5]\d[0-5]\d([.,]\d{1,9})?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?'
            )
        then
            four_digit_year(
                try_cast(
                    regexp_replace(
                        replace(read_text(raw), ',', '.'),
                        '(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})',
                        '\1-\2-\3 \4:\5:\6'
                    ) as timestamptz
                )
            )
    end
