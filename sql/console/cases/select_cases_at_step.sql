-- The cases of the orders that reached a step and none after it.
select distinct stays.case_id
from case_orders as stays
join order_fact on order_fact.order_id = stays.order_id
where
    stays.left_at is null
    and order_fact.is_active
    and order_fact.{{ reached }} is not null
    {% for column in later %} and order_fact.{{ column }} is null {% endfor %}
    {% if place %} and order_fact.{{ place }} = $value::varchar
    {% else %} and $value::varchar is null
    {% endif %}
