insert into {{ schema }}.orders by name
{% include "store/orders/select_shown_orders.sql" %}
