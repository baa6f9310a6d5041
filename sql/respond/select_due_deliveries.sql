-- A delivery that waits holds back the later ones of its channel: messages arrive in
-- the order of what happened.
select
    deliveries.alert_id,
    deliveries.channel,
    deliveries.attempts,
    deliveries.idempotency_key,
    alerts.payload::varchar as payload
from deliveries
inner join alerts on deliveries.alert_id = alerts.alert_id
where deliveries.state = 'pending'
qualify
    max(coalesce(deliveries.next_attempt_at, '-infinity'::timestamptz)) over (
        partition by deliveries.channel
        order by alerts.as_of, alerts.alert_id
        rows between unbounded preceding and current row
    )
    <= $now
order by deliveries.channel, alerts.as_of, alerts.alert_id
