with
    seen as (
        select
            erp_id,
            order_id,
            status,
            synced_at::timestamptz as synced_at,
            shipped_at::timestamptz as shipped_at,
            updated_at::timestamptz as updated_at
        from {{ source("feeds", "erp_orders") }}
    )
select
    order_id,
    status,
    synced_at,
    if(shipped_at <= '{{ var("as_of") }}'::timestamptz, shipped_at, null) as shipped_at
from seen
where
    synced_at <= '{{ var("as_of") }}'::timestamptz
    and coalesce(updated_at <= '{{ var("as_of") }}'::timestamptz, true)
qualify row_number() over (partition by erp_id order by updated_at desc nulls last) = 1
