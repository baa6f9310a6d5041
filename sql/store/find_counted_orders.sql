create or replace temp table counted_orders as
select rule_id, gx_orders
from rule_results
where as_of = $as_of
