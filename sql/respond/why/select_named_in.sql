-- The messages about a score that name an order among the riskiest.
select
    alerts.alert_id,
    alerts.kind,
    alerts.as_of,
    deliveries.channel,
    deliveries.state,
    deliveries.sent_at,
    deliveries.last_error
from alerts
left join deliveries on alerts.alert_id = deliveries.alert_id
where
    json_contains(
        json_extract(alerts.payload, '$.orders[*].order_id')::json,
        to_json($order_id::varchar)
    )
order by alerts.as_of, deliveries.channel
