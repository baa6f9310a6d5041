select channel, state, attempts, last_error, sent_at
from deliveries
where alert_id = $alert_id
order by channel
