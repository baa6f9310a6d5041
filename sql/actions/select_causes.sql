-- The open findings of orders, the live case of each, and how often it was found anew:
-- its episode.
with
    over_before as (
        select order_id, rule_id, count(*) as times
        from working.resolutions
        where order_id is not null
        group by order_id, rule_id
    ),
    in_cases as (
        select case_orders.order_id, cases.rule_id, max(case_orders.case_id) as case_id
        from case_orders
        inner join cases using (case_id)
        where case_orders.left_at is null and cases.resolved_at is null
        group by case_orders.order_id, cases.rule_id
    )
select
    findings.order_id,
    findings.rule_id,
    in_cases.case_id,
    coalesce(over_before.times, 0) + 1 as episode
from findings
left join over_before using (order_id, rule_id)
left join in_cases using (order_id, rule_id)
where
    findings.state = 'open'
    and findings.order_id is not null
    and list_contains($rules::varchar[], findings.rule_id)
