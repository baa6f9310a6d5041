with
    outbound as (
        select order_id, min(outbound_at) as first_outbound_at
        from {{ ref("stg_shipments") }}
        where not is_cancelled
        group by order_id
    ),
    open_tickets as (
        select distinct order_id from {{ ref("stg_tickets") }} where is_open
    )
select
    order_id,
    orders.buyer_id,
    orders.placed_at,
    orders.address_changed_at,
    address.* exclude (order_id),
    basket,
    paid_at,
    coalesce(was_ever_paid, false) as was_ever_paid,
    erp_synced_at,
    erp_shipped_at,
    first_outbound_at,
    picked_up_at,
    delivery_claimed_at,
    orders.status in ('cancelled', 'closed') as is_dead,
    not (
        is_dead
        or coalesce(is_refunded, false)
        or coalesce(is_returned, false)
        or (
            open_tickets.order_id is null
            and (
                orders.status = 'completed'
                or coalesce(
                    delivered_at < '{{ var("as_of") }}'::timestamptz - interval 7 day,
                    false
                )
            )
        )
    ) as is_active
from {{ ref("stg_orders") }} as orders
inner join {{ ref("order_addresses") }} as address using (order_id)
left join {{ ref("baskets") }} using (order_id)
left join {{ ref("order_payments") }} using (order_id)
left join {{ ref("order_erp") }} using (order_id)
left join {{ ref("order_parcels") }} using (order_id)
left join outbound using (order_id)
left join open_tickets using (order_id)
