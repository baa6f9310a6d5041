update deliveries
set next_attempt_at = $lease_ends_at
where alert_id = $alert_id and channel = $channel
