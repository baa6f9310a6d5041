-- When orders were found, when people were told, and what their own deadlines were.
select
    case_orders.order_id,
    cases.rule_id,
    case_orders.joined_at as found_at,
    cases.told_at,
    case_orders.due_at
from case_orders
inner join cases on case_orders.case_id = cases.case_id
where list_contains($orders, case_orders.order_id)
