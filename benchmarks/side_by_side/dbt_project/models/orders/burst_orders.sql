-- Orders of bursts: once counting all orders (without_tries is false), once without
-- the forgiven tries.
with
    counted as (
        select order_id, buyer_id, placed_at, false as without_tries
        from {{ ref("order_fact") }}
        union all
        select order_id, buyer_id, placed_at, true
        from {{ ref("order_fact") }}
        where order_id not in (select order_id from {{ ref("forgiven_tries") }})
    ),
    spans as (
        select
            *,
            count(*) over (
                partition by without_tries, buyer_id
                order by placed_at
                range between current row and interval 10 minute following
            ) as orders_in_span
        from counted
    )
select order_id, buyer_id, placed_at, without_tries
from spans
qualify
    max(orders_in_span) over (
        partition by without_tries, buyer_id
        order by placed_at range between interval 10 minute preceding and current row
    )
    >= 5
