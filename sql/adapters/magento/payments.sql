select
    increment_id as payment_id,
    increment_id as order_id,
    total_paid as amount,
    "payment.method" as method,
    case
        when coalesce(try_cast(total_refunded as decimal(18, 4)), 0) <= 0
        then 'succeeded'
        when
            try_cast(total_refunded as decimal(18, 4))
            >= try_cast(total_paid as decimal(18, 4))
        then 'refunded'
        else 'partially_refunded'
    end as status,
    updated_at
from orders
where try_cast(total_paid as decimal(18, 4)) > 0
