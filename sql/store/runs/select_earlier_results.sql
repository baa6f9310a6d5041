-- What the rules said at the last evaluation of each of the days before.
with
    days as (
        select max(as_of) as as_of, (as_of at time zone $zone)::date as day
        from health_score
        where as_of < $as_of and as_of >= $since
        group by day
    )
select days.day, result.rule_id, result.evaluated, result.open
from rule_results as result
inner join days using (as_of)
where
    days.day < ($as_of::timestamptz at time zone $zone)::date
    and days.day
    >= ($as_of::timestamptz at time zone $zone)::date - $window_days::integer
    and result.outcome <> 'unknown'
