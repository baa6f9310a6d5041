-- The affected orders and everything that their features look at: all orders of their
-- buyers, and those that lately went to their addresses.
create or replace temp table neighbours as
with
    affected_now as (
        select order_id, buyer_id, address_key
        from working.orders semi join affected using (order_id)
    )
select order_id from affected_now
union
select orders.order_id
from working.orders as orders
semi join affected_now using (buyer_id)
union
select orders.order_id
from working.orders as orders
semi join affected_now using (address_key)
where orders.placed_at >= $addresses_from
