-- A parcel is a shipment, or a waybill that only the carrier links to the order.
with
    parcels as (
        select order_id, waybill_no, is_cancelled
        from {{ ref("stg_shipments") }}
        union all
        select distinct order_id, waybill_no, false
        from {{ ref("own_events") }} as event
        where
            order_id is not null
            and not exists (
                from {{ ref("stg_shipments") }} as own
                where
                    own.order_id = event.order_id and own.waybill_no = event.waybill_no
            )
    ),
    followed as (
        select
            order_id,
            not is_cancelled as counts,
            first_scan_at,
            delivered_at,
            coalesce(is_returned, false) as is_returned
        from parcels
        left join {{ ref("waybills") }} using (waybill_no)
    )
select
    order_id,
    min(first_scan_at) filter (counts) as picked_up_at,
    min(delivered_at) as delivery_claimed_at,
    if(
        bool_or(counts and delivered_at is null and not is_returned),
        null,
        max(delivered_at) filter (counts)
    ) as delivered_at,
    coalesce(bool_and(is_returned) filter (counts), false) as is_returned
from followed
group by order_id
