select
    top_orders.rank,
    top_orders.order_id,
    top_orders.p as risk,
    top_orders.amount,
    order_fact.currency,
    order_fact.shop,
    order_fact.warehouse,
    order_fact.carrier,
    order_fact.placed_at
from top_orders
left join order_fact on top_orders.order_id = order_fact.order_id
where top_orders.as_of = $as_of::timestamptz
order by top_orders.rank
