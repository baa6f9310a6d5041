-- The last confirmed delivery of every channel, and how many wait or were given up.
select
    channel,
    max(sent_at) filter (where state = 'sent') as confirmed_at,
    count(*) filter (where state = 'pending' and attempts > 0) as waiting,
    count(*) filter (where state = 'failed') as given_up,
    arg_max(last_error, attempts) filter (where state <> 'sent') as last_error
from deliveries
group by channel
