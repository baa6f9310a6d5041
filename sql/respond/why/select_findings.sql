-- What was found of an order, with the case that each finding is in.
select
    findings.rule_id,
    findings.state,
    findings.explained_by,
    findings.evidence -> '$.exception' as said,
    findings.first_seen_at,
    findings.resolved_at,
    arg_max(cases.case_id, case_orders.joined_at) as case_id,
    arg_max(cases.owner, case_orders.joined_at) as owner,
    arg_max(cases.state, case_orders.joined_at) as case_state
from findings
left join case_orders on findings.order_id = case_orders.order_id
left join
    cases on case_orders.case_id = cases.case_id and findings.rule_id = cases.rule_id
where findings.order_id = $order_id
group by all
order by findings.first_seen_at, findings.rule_id
