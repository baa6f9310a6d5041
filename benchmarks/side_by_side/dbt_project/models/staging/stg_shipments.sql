with
    seen as (
        select
            shipment_id,
            order_id,
            waybill_no,
            status,
            printed_at::timestamptz as printed_at,
            outbound_at::timestamptz as outbound_at,
            updated_at::timestamptz as updated_at
        from {{ source("feeds", "wms_shipments") }}
    )
select
    shipment_id,
    order_id,
    waybill_no,
    status,
    status is not distinct from 'cancelled' as is_cancelled,
    if(printed_at <= '{{ var("as_of") }}'::timestamptz, printed_at, null) as printed_at,
    if(
        outbound_at <= '{{ var("as_of") }}'::timestamptz, outbound_at, null
    ) as outbound_at
from seen
where coalesce(updated_at <= '{{ var("as_of") }}'::timestamptz, true)
qualify
    row_number() over (partition by shipment_id order by updated_at desc nulls last) = 1
