select
    order_id,
    order_item_id as line_no,
    product_id as sku,
    1 as quantity,
    price as unit_price
from olist_order_items_dataset
order by order_id, try_cast(order_item_id as integer)
