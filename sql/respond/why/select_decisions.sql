-- What was decided on cases, with what became of the messages.
with
    decided as (
        select as_of, subject, channel, decision, reason, kind, unnest(cases) as case_id
        from alert_decisions
    )
select
    decided.case_id,
    decided.as_of,
    decided.subject,
    decided.channel,
    decided.decision,
    decided.reason,
    deliveries.alert_id,
    deliveries.state,
    deliveries.sent_at,
    deliveries.last_error
from decided
left join
    alerts
    on alerts.as_of = decided.as_of
    and decided.decision in ('sent', 'reminder', 'digested')
    and (
        alerts.kind = 'digest'
        or coalesce(alerts.payload ->> '$.subject', 'score') = decided.subject
    )
left join
    deliveries
    on deliveries.alert_id = alerts.alert_id
    and deliveries.channel = decided.channel
where
    decided.case_id in (select unnest($cases))
    and (deliveries.alert_id is not null or alerts.alert_id is null)
order by decided.as_of, decided.channel
