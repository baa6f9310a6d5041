select distinct order_id, null::varchar as explained_by
from {{ ref("stg_shipments") }} as shipment
inner join {{ ref("order_fact") }} as orders using (order_id)
inner join {{ ref("waybills") }} using (waybill_no)
where
    orders.is_active
    and shipment.outbound_at is not null
    and not shipment.is_cancelled
    and last_scan_at is not null
    and not is_finished
    and greatest(outbound_at, last_scan_at)
    < '{{ var("as_of") }}'::timestamptz - interval 24 hour
