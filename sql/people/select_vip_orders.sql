select order_id, buyer_id, vip_level
from working.orders
where is_active and vip_level is not null and buyer_id is not null
