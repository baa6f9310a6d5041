-- What names records of a buyer in any feed: orders, waybills, and the buyer.
with
    own as (
        select distinct order_id from feeds.storefront_orders where buyer_id = $buyer
    )
select order_id
from own
{% if "wms_shipments" in feeds %}
    union
    select waybill_no
    from feeds.wms_shipments
    where order_id in (select order_id from own) and waybill_no is not null
{% endif %}
{% if "customers" in feeds %}
    union
    select buyer_id
    from feeds.customers
    where buyer_id = $buyer
{% endif %}
