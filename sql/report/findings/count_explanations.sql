select rule_id, explained_by, count(*) as orders
from findings
where
    explained_by is not null
    and first_seen_at <= $as_of::timestamptz
    and (resolved_at is null or resolved_at > $as_of::timestamptz)
group by rule_id, explained_by
order by orders desc, explained_by
