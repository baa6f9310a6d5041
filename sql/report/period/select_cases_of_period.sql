-- The cases that were to be done at any time of a period.
select
    case_id,
    rule_id,
    cause_kind,
    cause,
    owner,
    assignee,
    state,
    began_at,
    opened_at,
    told_at,
    acknowledged_at,
    acted_at,
    due_at,
    resolved_at,
    snoozed_until,
    orders
from cases
where
    opened_at <= $as_of::timestamptz
    and (resolved_at is null or resolved_at > $since::timestamptz)
order by due_at nulls last, case_id
