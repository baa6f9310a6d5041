select
    rule_id,
    count(*) filter (
        first_seen_at > $previous_as_of::timestamptz
        and first_seen_at <= $as_of::timestamptz
        and explained_by is null
    ) as appeared,
    count(*) filter (
        resolved_at > $previous_as_of::timestamptz
        and resolved_at <= $as_of::timestamptz
    ) as resolved
from findings
group by rule_id
