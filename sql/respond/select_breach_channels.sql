select deliveries.channel
from deliveries
where
    deliveries.alert_id = (
        select alerts.alert_id
        from alerts
        where alerts.kind = 'breach' and alerts.as_of < $as_of
        order by alerts.as_of desc
        limit 1
    )
