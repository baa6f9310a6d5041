-- The decision that holds for every subject as a whole, and the last reminder of it or
-- of its cases.
select
    subject,
    channel,
    arg_max(decision, as_of) filter (where len(cases) = 0) as decision,
    arg_max(reason, as_of) filter (where len(cases) = 0) as reason,
    max(as_of) filter (where len(cases) = 0) as decided_at,
    max(as_of) filter (where decision = 'reminder') as reminded_at
from alert_decisions
where as_of < $as_of
group by subject, channel
