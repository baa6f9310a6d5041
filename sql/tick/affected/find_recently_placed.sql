create or replace temp table recently_placed as
select order_id, placed_at, is_active, currency
from working.orders
where placed_at >= $placed_from
