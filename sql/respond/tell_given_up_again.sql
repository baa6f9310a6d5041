-- What was given up while the fall it tells of still lasts.
update deliveries
set state = 'pending', attempts = 0, next_attempt_at = null
where
    state = 'failed'
    and alert_id in (
        select alerts.alert_id from alerts where
    coalesce(alerts.payload ->> '$.subject', 'score') = 'score' and alerts.kind = 'breach' and alerts.as_of = $opened_at
    )
