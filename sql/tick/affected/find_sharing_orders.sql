-- Some orders, and all that share a shipment with them, be it by way of others. A
-- shipment
-- that one order has alone leads nowhere.
create or replace temp table {{ table }} as
with recursive
    shared as (
        select distinct shipment_id, order_id
        from feeds.wms_shipments
        semi join
            (
                select shipment_id
                from feeds.wms_shipments
                group by shipment_id
                having min(order_id) <> max(order_id)
            ) using (shipment_id)
    ),
    sharing as (
        select order_id
        from {{ seeds }}
        union
        select other.order_id
        from sharing
        inner join shared as own on own.order_id = sharing.order_id
        inner join shared as other on other.shipment_id = own.shipment_id
    )
select order_id
from sharing
