select count(*)
from working.orders
semi join touched using (order_id)
anti join new_orders using (order_id)
