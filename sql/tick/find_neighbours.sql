-- The affected orders and everything that their features look at: orders of their
-- buyers placed no longer than a span before the first of them, orders of their buyers
-- that were lately returned, and those that lately went to their addresses.
create or replace temp table neighbours as
with
    affected_now as (
        select order_id, buyer_id, address_key, placed_at
        from working.orders semi join affected using (order_id)
    ),
    buyers as (
        select buyer_id, min(placed_at) - $span::interval as placed_from
        from affected_now
        group by buyer_id
    )
select order_id from affected_now
union
select orders.order_id
from working.orders as orders
inner join buyers using (buyer_id)
-- The first bound lets DuckDB skip most of a long history.
where
    orders.placed_at >= $first_placed_at::timestamptz - $span::interval
    and orders.placed_at >= buyers.placed_from
{% if has_returns %}
union
select orders.order_id
from working.orders as orders
semi join affected_now using (buyer_id)
semi join
    (select order_id from feeds.returns where requested_at >= $window_from) using (order_id)
{% endif %}
union
select orders.order_id
from working.orders as orders
semi join affected_now using (address_key)
where orders.placed_at >= $window_from
