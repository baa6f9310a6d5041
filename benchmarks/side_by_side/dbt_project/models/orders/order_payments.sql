select
    order_id,
    min(paid_at) filter (has_succeeded) as paid_at,
    bool_or(has_succeeded) as was_ever_paid,
    bool_or(has_succeeded)
    and not bool_or(has_succeeded and status <> 'refunded') as is_refunded
from {{ ref("stg_payments") }}
group by order_id
