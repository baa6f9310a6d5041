select
    line.order_id,
    line.sku,
    line.quantity,
    line.unit_price,
    line.placed_at,
    orders.is_active
from working.placed_lines as line
inner join working.orders as orders using (order_id)
