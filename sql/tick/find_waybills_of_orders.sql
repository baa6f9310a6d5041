create or replace temp table keys_of_tms_events as
{% if has_shipments %}
    select shipment.waybill_no
    from feeds.wms_shipments as shipment
    semi join {{ orders }} using (order_id)
    where shipment.waybill_no is not null
    union
{% endif %}
select event.waybill_no
from feeds.tms_events as event
semi join {{ orders }} using (order_id)
