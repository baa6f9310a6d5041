-- The messages of a span of time, by channel, that the policy let go.
select
    alerts.as_of,
    deliveries.channel,
    alerts.kind,
    coalesce(alerts.payload ->> '$.subject', 'score') as subject
from alerts
inner join deliveries on alerts.alert_id = deliveries.alert_id
where alerts.as_of >= $start and alerts.as_of <= $stop and alerts.kind <> 'report'
order by alerts.as_of, deliveries.channel, alerts.alert_id
