select receiver, phone, province, city, district, street, buyer_id
from feeds.storefront_orders
where order_id = $order_id
order by updated_at desc nulls last, seen_load_number desc, source_row desc
limit 1
