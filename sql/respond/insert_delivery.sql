insert into deliveries(alert_id, channel, state, attempts, idempotency_key)
values ($alert_id, $channel, 'pending', 0, $idempotency_key)
on conflict do nothing
