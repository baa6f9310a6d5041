select order_id, null::varchar as explained_by
from {{ ref("order_fact") }}
where
    is_active
    and erp_synced_at is null
    and paid_at < '{{ var("as_of") }}'::timestamptz - interval 15 minute
