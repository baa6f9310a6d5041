select * exclude (changed_in)
from working.orders
semi join affected using (order_id)
where is_active
