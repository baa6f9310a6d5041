select
    {% if columns %} {{ columns | join(", ") }}
    {% else %} * exclude (changed_in)
    {% endif %}
from working.orders
semi join {{ orders }} using (order_id)
