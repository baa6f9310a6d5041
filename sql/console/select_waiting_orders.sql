-- The orders that reached a step and none after it, those that wait longest first.
select
    order_id,
    {{ reached }} as since,
    amount,
    currency,
    shop,
    warehouse,
    carrier,
    (
        select count(*)
        from findings
        where findings.order_id = order_fact.order_id and findings.state = 'open'
    ) as open
from order_fact
where
    is_active and {{ reached }} is not null
    {% for column in later %} and {{ column }} is null {% endfor %}
    {% if place %} and {{ place }} = $value::varchar
    {% else %} and $value::varchar is null
    {% endif %}
order by {{ reached }}
limit $at_most
