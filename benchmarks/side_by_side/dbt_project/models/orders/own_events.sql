-- What was scanned before the order was placed is another parcel's: carriers use their
-- numbers again.
select event.*
from {{ ref("stg_events") }} as event
left join
    (
        select waybill_no, min(placed_at) as placed_at
        from {{ ref("stg_shipments") }}
        inner join {{ ref("stg_orders") }} using (order_id)
        group by waybill_no
    ) as parcel using (waybill_no)
where not coalesce(event.event_at < parcel.placed_at, false)
