-- Who left a case that goes on has no part in it any more.
select case_orders.*
from case_orders
inner join asked_cases on case_orders.case_id = asked_cases.case_id
where case_orders.left_at is null or asked_cases.is_whole
