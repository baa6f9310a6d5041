select * exclude (changed_in)
from working.orders
semi join evaluated using (order_id)
where is_active
