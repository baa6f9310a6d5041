-- The orders that any record ever gave one of these SKUs or waybills. Whether it counts
-- now is for who reads their records.
create or replace temp table spoken_orders as
select order_id
from (
    select null::varchar as order_id
{% if "storefront_order_lines" in feeds %}
        union
        select order_id
        from feeds.storefront_order_lines
        where list_contains($skus::varchar[], sku)
{% endif %}
{% if "wms_shipments" in feeds %}
        union
        select order_id
        from feeds.wms_shipments
        where list_contains($waybills::varchar[], waybill_no)
{% endif %}
{% if "tms_events" in feeds %}
        union
        select order_id
        from feeds.tms_events
        where list_contains($waybills::varchar[], waybill_no)
{% endif %}
)
where order_id is not null and $skus is not null and $waybills is not null
