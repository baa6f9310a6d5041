select null::varchar as order_id, null::varchar as explained_by
from {{ ref("order_fact") }}
where
    is_active and erp_shipped_at <= '{{ var("as_of") }}'::timestamptz - interval 6 hour
having count(*) >= 20 and count(picked_up_at) * 10 < count(*) * 9
