-- The cases that were not over at a run, by who owned them; of the rules, one that the
-- owner is named by.
select
    owner,
    min(rule_id) filter (where owner = rule_owner) as rule_id,
    count(*) as cases,
    count(*) filter (where opened_at > $previous::timestamptz) as new_cases,
    count(*) filter (
        where due_at < $as_of::timestamptz and snoozed_until is null
    ) as overdue,
    sum(orders)::bigint as orders,
    min(coalesce(reopened_at, opened_at)) as oldest_since
from cases
where
    opened_at <= $as_of::timestamptz
    and (resolved_at is null or resolved_at > $as_of::timestamptz)
group by owner
order by overdue desc, cases desc, owner
