-- The keys of the touched orders as they were.
create or replace temp table touched_before as
select order_id {% for key in keys %}, {{ key }}_number {% endfor %}
from working.orders semi join touched using (order_id)
