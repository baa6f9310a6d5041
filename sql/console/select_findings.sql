select
    rule_id,
    severity,
    state,
    explained_by,
    evidence,
    first_seen_at,
    last_seen_at,
    resolved_at
from findings
where order_id = $order_id
order by state = 'resolved', first_seen_at
