-- Parcels under way: of every shipment its newest version, where its order still waits.
-- Of a phone the last four digits are known.
with
    shipments as (
        select
            record.order_id,
            content ->> '$.waybill_no' as waybill_no,
            content ->> '$.carrier' as carrier,
            content ->> '$.status' as status,
            content ->> '$.outbound_at' as outbound_at
        from working.records as record
        semi join
            order_fact
            on record.order_id = order_fact.order_id
            and order_fact.is_active
            and order_fact.delivered_at is null
        where record.feed = 'wms_shipments'
        qualify
            row_number() over (
                partition by record.record, record.order_id
                order by record.loaded_at desc, record.true_since desc nulls last
            )
            = 1
    ),
    phones as (
        select order_id, max(key) as digits
        from working.search_keys
        where kind = 'phone'
        group by order_id
    )
select
    shipments.waybill_no,
    coalesce(min(shipments.carrier), '') as carrier,
    coalesce(min(phones.digits), '') as phone
from shipments
left join phones using (order_id)
where
    shipments.waybill_no is not null
    and shipments.outbound_at is not null
    and shipments.status is distinct from 'cancelled'
group by shipments.waybill_no
order by min(shipments.outbound_at), shipments.waybill_no
