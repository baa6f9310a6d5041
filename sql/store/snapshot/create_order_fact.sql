create or replace view order_fact as
select
    orders.* {% if hidden %} exclude ({{ hidden | join(", ") }}) {% endif %},
    evaluation.as_of
from working.orders as orders
cross join working.evaluation as evaluation
