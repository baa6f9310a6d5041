select
    order_id,
    min(synced_at) as erp_synced_at,
    min(shipped_at) filter (status <> 'cancelled') as erp_shipped_at
from {{ ref("stg_erp_orders") }}
group by order_id
