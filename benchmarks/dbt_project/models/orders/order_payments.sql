select
    order_id,
    min(paid_at) filter (is_standing) as paid_at,
    bool_or(is_standing or status = 'refunded') as was_ever_paid,
    bool_or(status = 'refunded') and not bool_or(is_standing) as is_refunded
from {{ ref("stg_payments") }}
group by order_id
