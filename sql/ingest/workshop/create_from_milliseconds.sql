-- Milliseconds since 1970 as an instant in UTC; what is no number, or no year from 1973
-- to 9999 (such as seconds), stays. 0 is none, and so is the beginning of 2000 in
-- China, which an ERP writes for it.
create or replace temp macro from_milliseconds(given) as
    case
        when try_cast(given as bigint) in (0, 946656000000)
        then null
        when try_cast(given as bigint) not between 100000000000 and 253402300799999
        then given
        else coalesce(strftime(make_timestamp(try_cast(given as bigint) * 1000), '%Y-%m-%dT%H:%M:%S.%gZ'), given)
    end
