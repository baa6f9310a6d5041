-- How a merchant stands by its latest run: score, whether a breach is open, its
-- sources.
select
    health_score.as_of,
    health_score.score,
    health_score.confidence,
    health_score.active_orders,
    (
        select arg_max(kind, as_of)
        from alerts
        where
            kind in ('breach', 'recovered', 'unconfirmed')
            and coalesce(payload ->> '$.subject', 'score') = 'score'
    )
    is not distinct from 'breach' as is_open,
    (
        select coalesce(list(feed order by feed), [])
        from source_freshness
        where state in ('stale', 'damaged')
    ) as troubled,
    (select max(last_event_at) from source_freshness) as newest_record_at
from health_score
order by health_score.as_of desc
limit 1
