-- Milliseconds since 1970 as an instant in UTC; what is no number stays. 0 is none,
-- and so
-- is the beginning of 2000 in China, which an ERP writes for it.
create or replace temp macro from_milliseconds(given) as
    case
        when try_cast(given as bigint) in (0, 946656000000)
        then null
        else coalesce(strftime(make_timestamp(try_cast(given as bigint) * 1000), '%Y-%m-%dT%H:%M:%S.%gZ'), given)
    end
