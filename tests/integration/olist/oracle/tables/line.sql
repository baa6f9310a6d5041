select
    order_life.placed_at,
    items.order_id,
    items.product_id as sku,
    cast(items.price as decimal(18, 4)) as unit_price
from olist_order_items_dataset as items
join order_life using (order_id)
