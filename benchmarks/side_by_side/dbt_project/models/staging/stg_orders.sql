-- The version of an order that counts at as_of. The simulator writes no two versions of
-- a row with one updated_at, and rows of feeds without updated_at once.
with
    seen as (
        select
            * replace (
                placed_at::timestamptz as placed_at,
                address_changed_at::timestamptz as address_changed_at,
                updated_at::timestamptz as updated_at
            )
        from {{ source("feeds", "storefront_orders") }}
    )
select
    order_id,
    buyer_id,
    placed_at,
    status,
    phone,
    province,
    city,
    district,
    coalesce(street, '') as street,
    address_masked = 'true' as address_masked,
    if(
        address_changed_at <= '{{ var("as_of") }}'::timestamptz,
        address_changed_at,
        null
    ) as address_changed_at
from seen
where
    placed_at <= '{{ var("as_of") }}'::timestamptz
    and coalesce(updated_at <= '{{ var("as_of") }}'::timestamptz, true)
qualify
    row_number() over (partition by order_id order by updated_at desc nulls last) = 1
