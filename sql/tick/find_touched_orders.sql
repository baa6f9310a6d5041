-- The orders of which some system tells something else than at the evaluation before,
-- and those that may be closed by now because they were delivered long enough ago.
create or replace temp table touched as
{% if "tms_events" in feeds %}
    with waybills as (select distinct waybill_no from changed_tms_events)
    select event.order_id
    from feeds.tms_events as event
    semi join waybills using (waybill_no)
    where event.order_id is not null
    union
    {% if "wms_shipments" in feeds %}
        select shipment.order_id
        from feeds.wms_shipments as shipment
        semi join waybills using (waybill_no)
        union
    {% endif %}
{% endif %}
{% for feed in feeds if feed != "tms_events" %}
    select order_id
    from versions_of_{{ feed }}
    union
{% endfor %}
select order_id
from working.orders
where is_active and delivered_at >= $closes_from and delivered_at < $closes_to
