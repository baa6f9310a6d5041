-- An event belongs to all orders of its waybill, of which the warehouse or another
-- event may tell.
create or replace temp table chunks_of_tms_events as
with
    counting as (
        select rowid as version_id, waybill_no, order_id
        from feeds.tms_events
        where rowid in (select version_id from counting_tms_events)
    ),
    waybills as (
        select
            waybill_no,
            case
{% for bound in bounds %} when order_id < {{ bound | literal }} then {{ loop.index0 }}
{% endfor %}
                else {{ bounds | length }}
            end as chunk
        from counting
        where order_id is not null
{% if has_shipments %}
            union all
            select shipment.waybill_no, parcel.chunk
            from feeds.wms_shipments as shipment
            inner join
                chunks_of_wms_shipments as parcel on parcel.version_id = shipment.rowid
            where shipment.waybill_no is not null
{% endif %}
    )
select version_id, chunk
from counting
inner join (select distinct waybill_no, chunk from waybills) using (waybill_no)
