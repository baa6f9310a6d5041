select order_id, {{ places | join(", ") }}
from working.orders
semi join asked_orders using (order_id)
