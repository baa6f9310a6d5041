-- Whole hundredths (fen, cents) as an amount, exactly; what is no number stays.
create or replace temp macro from_hundredths(given) as coalesce(
    rtrim(rtrim((try_cast(given as decimal(18, 2)) * 0.01::decimal(4, 2))::varchar, '0'), '.'), given
)
