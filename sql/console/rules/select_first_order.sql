-- When the first order was placed; null where there is none.
select min(placed_at) from order_fact
