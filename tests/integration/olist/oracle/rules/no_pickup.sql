select order_id
from active_order
where
    outbound_at < as_of - interval 24 hours
    and picked_up_at is null
    and (delivered_at is null or delivered_at > as_of)
