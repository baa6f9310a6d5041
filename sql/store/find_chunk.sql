create or replace temp table chunk as
select distinct order_id
from feeds.storefront_orders
where
    true
{% if start is not none %} and order_id >= {{ start | literal }}
{% endif %}
{% if stop is not none %} and order_id < {{ stop | literal }}
{% endif %}
