insert into {{ schema }}.orders by name
{% include "store/select_shown_orders.sql" %}
