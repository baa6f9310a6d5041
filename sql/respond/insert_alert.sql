insert into alerts(alert_id, kind, as_of, score, threshold, payload, subject)
values ($alert_id, $kind, $as_of, $score, $threshold, $payload, $subject)
on conflict do nothing
