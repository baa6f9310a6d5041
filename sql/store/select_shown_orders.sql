-- What order_fact shows of the orders that were written after one evaluation.
select * exclude ({{ hidden | join(", ") }})
from working.orders
where changed_in > {{ changed_after }}
