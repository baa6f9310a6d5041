select order_id
from active_order
where
    paid_at < as_of - interval 15 minutes
    and (processed_at is null or processed_at > as_of)
