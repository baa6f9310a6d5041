select order_id
from active_order
where
    processed_at < as_of - interval 4 hours
    and (outbound_at is null or outbound_at > as_of)
