-- Seconds since 1970 as an instant in UTC; 0 is none, and what is no number, or no
-- year of four digits, stays.
create or replace temp macro from_seconds(given) as
    case
        when try_cast(given as bigint) = 0
        then null
        when try_cast(given as bigint) not between 0 and 253402300799
        then given
        else coalesce(strftime(make_timestamp(try_cast(given as bigint) * 1000000), '%Y-%m-%dT%H:%M:%SZ'), given)
    end
