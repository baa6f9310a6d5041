select rule_id, evidence
from findings
where
    order_id is null
    and explained_by is null
    and first_seen_at <= $as_of::timestamptz
    and (resolved_at is null or resolved_at > $as_of::timestamptz)
