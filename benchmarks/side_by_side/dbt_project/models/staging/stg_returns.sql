with
    seen as (
        select
            return_id,
            order_id,
            requested_at::timestamptz as requested_at,
            updated_at::timestamptz as updated_at
        from {{ source("feeds", "returns") }}
    )
select order_id, requested_at
from seen
where
    requested_at <= '{{ var("as_of") }}'::timestamptz
    and coalesce(updated_at <= '{{ var("as_of") }}'::timestamptz, true)
qualify
    row_number() over (partition by return_id order by updated_at desc nulls last) = 1
