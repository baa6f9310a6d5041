-- The open findings of an instant that may cost something.
select
    findings.order_id,
    findings.rule_id,
    order_fact.shop,
    order_fact.amount,
    order_fact.currency
from findings
inner join order_fact on findings.order_id = order_fact.order_id
where
    list_contains($rules, findings.rule_id)
    and findings.explained_by is null
    and findings.first_seen_at <= $as_of::timestamptz
    and (findings.resolved_at is null or findings.resolved_at > $as_of::timestamptz)
