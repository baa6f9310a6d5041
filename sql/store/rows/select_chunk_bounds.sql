-- One row in so many is enough to cut all orders into parts of about the same size.
select quantile_disc(order_id, $shares::double[])
from feeds.storefront_orders
where rowid % $step = 0
