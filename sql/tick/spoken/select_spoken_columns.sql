-- What people may speak of, of some orders.
select order_id, {{ columns | join(", ") }}
from working.orders
semi join asked_orders using (order_id)
