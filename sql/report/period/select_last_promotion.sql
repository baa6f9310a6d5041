-- The last span of evaluations under another profile than the usual one that is over:
-- what lasts now is no
-- yardstick.
with
    marked as (
        select
            as_of,
            score,
            profile,
            profile is distinct from lag(profile) over (order by as_of) as begins_a_span
        from health_score
        where as_of <= $as_of::timestamptz
    ),
    spans as (
        select
            as_of,
            score,
            profile,
            count(*) filter (where begins_a_span) over (order by as_of) as span
        from marked
    )
select
    any_value(profile) as profile,
    min(as_of) as began_at,
    max(as_of) as ended_at,
    min(score)::double as lowest,
    median(score)::double as median
from spans
where profile <> $usual and span < (select max(span) from spans)
group by span
order by span desc
limit 1
