-- What is wrong now, and what was explained; resolved findings are history.
select
    findings.order_id,
    findings.rule_id,
    findings.severity,
    findings.state,
    findings.explained_by,
    findings.evidence,
    findings.first_seen_at,
    order_fact.shop,
    order_fact.warehouse,
    order_fact.carrier,
    order_fact.amount,
    order_fact.currency,
    order_fact.placed_at
from findings
left join order_fact on findings.order_id = order_fact.order_id
where
    findings.state in ('open', 'explained')
    and (findings.state = 'open' or not $only_open)
    and (list_contains($rules, findings.rule_id) or $rules is null)
    and (list_contains($shops, order_fact.shop) or $shops is null)
    and (list_contains($warehouses, order_fact.warehouse) or $warehouses is null)
    and (list_contains($carriers, order_fact.carrier) or $carriers is null)
