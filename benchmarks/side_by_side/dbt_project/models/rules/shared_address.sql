select order_id, null::varchar as explained_by
from {{ ref("order_fact") }}
where
    is_active
    and address_key in (
        select address_key
        from {{ ref("order_fact") }}
        where
            address_key is not null
            and placed_at >= '{{ var("as_of") }}'::timestamptz - interval 30 day
        group by address_key
        having count(distinct buyer_id) >= 3
    )
