select order_id, remark, promised_ship_at, vip_level, amount, paid_at, open_tickets
from working.orders
where is_active and was_ever_paid and outbound_at is null
