select * exclude (changed_in)
from working.orders
inner join evaluated using (order_id)
where is_active
