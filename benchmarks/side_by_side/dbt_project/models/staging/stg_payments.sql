with
    seen as (
        select
            payment_id,
            order_id,
            status,
            paid_at::timestamptz as paid_at,
            updated_at::timestamptz as updated_at
        from {{ source("feeds", "payments") }}
    )
select
    order_id,
    status,
    paid_at,
    status in ('succeeded', 'partially_refunded', 'refunded')
    and coalesce(paid_at <= '{{ var("as_of") }}'::timestamptz, false) as has_succeeded
from seen
where coalesce(updated_at <= '{{ var("as_of") }}'::timestamptz, true)
qualify
    row_number() over (partition by payment_id order by updated_at desc nulls last) = 1
