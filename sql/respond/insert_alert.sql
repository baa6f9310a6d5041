insert into alerts(alert_id, kind, as_of, score, threshold, payload)
values ($alert_id, $kind, $as_of, $score, $threshold, $payload)
on conflict do nothing
