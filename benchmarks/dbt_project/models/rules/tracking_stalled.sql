select distinct order_id, null::varchar as explained_by
from {{ ref("stg_shipments") }} as shipment
inner join {{ ref("order_fact") }} as orders using (order_id)
left join {{ ref("waybills") }} using (waybill_no)
where
    orders.is_active
    and shipment.outbound_at is not null
    and not coalesce(is_finished, false)
    and greatest(outbound_at, last_scan_at)
    < '{{ var("as_of") }}'::timestamptz - interval 24 hour
