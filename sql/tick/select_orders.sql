select * exclude (changed_in)
from working.orders
semi join {{ orders }} using (order_id)
