-- All published versions of an order's records, in the order in which they became true.
select feed, record, true_since, loaded_at, content
from working.records
where
    order_hash = md5_number_lower($order_id)
    and order_id = $order_id
    and coalesce(true_since <= $as_of::timestamptz, true)
order by coalesce(true_since, loaded_at), loaded_at
