-- The newest messages, each with what became of it on its channels.
with
    newest as (
        select alert_id, kind, as_of, score, payload ->> '$.subject' as subject
        from alerts
        order by as_of desc
        limit $at_most
    )
select
    newest.kind,
    newest.as_of,
    newest.score,
    newest.subject,
    deliveries.channel,
    deliveries.state,
    deliveries.attempts,
    deliveries.last_error,
    deliveries.sent_at
from newest
left join deliveries using (alert_id)
order by newest.as_of desc, newest.alert_id, deliveries.channel
