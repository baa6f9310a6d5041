-- When the n-th order joined the cases that a silence speaks of, since it was said.
with
    joined as (
        select case_orders.order_id, min(case_orders.joined_at) as joined_at
        from case_orders
        inner join cases on case_orders.case_id = cases.case_id
        where
            ($rule_id is null or cases.rule_id = $rule_id)
            and case_orders.joined_at > $said_at::timestamptz
            and (
                $about = 'everything'
                or ($about = 'role' and cases.owner = $value)
                or ($about = 'order' and case_orders.order_id = $value)
                or (cases.cause_kind = $about and cases.cause = $value)
            )
        group by case_orders.order_id
    )
select joined_at
from joined
order by joined_at
limit 1
offset $orders::bigint - 1
