select placed_at, paid_at, status_storefront, status_payment
from order_fact
where as_of = $as_of::timestamptz
