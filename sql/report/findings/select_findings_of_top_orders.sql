select findings.order_id, findings.rule_id, findings.severity, findings.evidence
from findings
semi join
    (select order_id from top_orders where as_of = $as_of::timestamptz) as top
    on findings.order_id = top.order_id
where
    findings.explained_by is null
    and findings.first_seen_at <= $as_of::timestamptz
    and (findings.resolved_at is null or findings.resolved_at > $as_of::timestamptz)
