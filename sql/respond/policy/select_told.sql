-- The last message about every subject on every channel before an instant. Messages of
-- stores that kept no decisions count by their deliveries.
with
    messages as (
        select subject, channel, as_of, kind, score
        from alert_decisions
        where
            as_of < $as_of
            and kind is not null
            and (
                decision in ('sent', 'reminder', 'digested')
                or (channel = '' and len(cases) = 0)
            )
        union all
        select
            coalesce(alerts.payload ->> '$.subject', 'score') as subject,
            deliveries.channel,
            alerts.as_of,
            alerts.kind,
            alerts.score
        from alerts
        inner join deliveries on alerts.alert_id = deliveries.alert_id
        where
            alerts.as_of < $as_of
            and alerts.kind in ('breach', 'worse', 'recovered', 'unconfirmed')
    )
select subject, channel, max(as_of), arg_max(kind, as_of), arg_max_null(score, as_of)
from messages
group by subject, channel
