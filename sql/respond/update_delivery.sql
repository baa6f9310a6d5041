-- A delivery that another run has confirmed meanwhile stays confirmed.
update deliveries
set
    state = $state,
    attempts = $attempts,
    last_error = $last_error,
    sent_at = $sent_at,
    next_attempt_at = $next_attempt_at
where alert_id = $alert_id and channel = $channel and state <> 'sent'
