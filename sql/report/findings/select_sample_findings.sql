select findings.rule_id, findings.order_id, findings.evidence
from findings
left join order_fact on findings.order_id = order_fact.order_id
where
    findings.explained_by is null
    and findings.first_seen_at <= $as_of::timestamptz
    and (findings.resolved_at is null or findings.resolved_at > $as_of::timestamptz)
qualify
    row_number() over (
        partition by findings.rule_id
        order by order_fact.amount desc nulls last, findings.order_id
    )
    <= $samples
order by findings.rule_id, order_fact.amount desc nulls last, findings.order_id
