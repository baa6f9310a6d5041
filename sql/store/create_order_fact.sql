create or replace view order_fact as
select orders.* exclude ({{ hidden | join(", ") }}), evaluation.as_of
from working.orders as orders
cross join working.evaluation as evaluation
