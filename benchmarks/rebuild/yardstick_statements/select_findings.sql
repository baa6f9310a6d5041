select *
from (select order_id, unnest(findings, recursive := true) from assessed_orders)
order by order_id nulls last, rule_id
