update rule_results
set gx_orders = counted_orders.gx_orders
from counted_orders
where rule_results.rule_id = counted_orders.rule_id and rule_results.as_of = $as_of
