select
    order_id,
    if(
        bool_and(shipment.status is not distinct from 'on_hold'), 'on_hold', null
    ) as explained_by
from {{ ref("stg_shipments") }} as shipment
inner join {{ ref("order_fact") }} using (order_id)
where
    is_active
    and not is_cancelled
    and outbound_at is null
    and printed_at < '{{ var("as_of") }}'::timestamptz - interval 4 hour
group by order_id
