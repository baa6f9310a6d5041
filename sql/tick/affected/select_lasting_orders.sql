select {{ columns | join(", ") }}
from working.orders
semi join lasting using (order_id)
where is_active
