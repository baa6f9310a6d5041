-- The orders that share a key are looked up by a number, which is compared much faster
-- than a text. Others that share it are looked at as well, and change nothing.
insert into working.orders by name
select
    *,
{% for key, column in keys.items() %}
        case when {{ column }} is not null then hash({{ column }}) end as {{ key }}_number,
{% endfor %}
from new_orders
