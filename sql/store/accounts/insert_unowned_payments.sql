insert into working.unowned_payments by name
select distinct payment_id, order_id
from feeds.payments
anti join working.orders using (order_id)
where
    $as_of is not null
    and coalesce(updated_at <= $as_of, true)
{% if only_touched %}
        and order_id in (select order_id from touched)
{% endif %}
