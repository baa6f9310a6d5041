with
    orders as (
        {% for table in tables %}
            select order_id
            from {{ table }}
            {% if not loop.last %}
                union
            {% endif %}
        {% endfor %}
    )
select order_id, sku, currency, unit_price, placed_at
from working.placed_lines
semi join orders using (order_id)
where is_active
