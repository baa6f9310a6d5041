select case_id, rule_id, state, owner, assignee, due_at
from cases
where case_id in (select case_id from case_orders where order_id = $order_id)
order by opened_at
