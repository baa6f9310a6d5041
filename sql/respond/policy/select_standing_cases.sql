-- The decision that holds for every case that is open, or waits for a digest, and when
-- it was told of last; cases of which the same holds stand in one row.
with
    decided as (
        select as_of, subject, channel, decision, reason, unnest(cases) as case_id
        from alert_decisions
        where as_of < $as_of and as_of >= $since and len(cases) > 0
    ),
    standing as (
        select
            subject,
            channel,
            case_id,
            arg_max(decision, as_of) as decision,
            arg_max(reason, as_of) as reason,
            max(as_of) as decided_at,
            max(as_of) filter (
                where decision in ('sent', 'reminder', 'digested')
            ) as told_at
        from decided
        group by subject, channel, case_id
    )
select
    standing.subject,
    standing.channel,
    list(standing.case_id) as cases,
    standing.decision,
    standing.reason,
    standing.decided_at,
    standing.told_at
from standing
left join live_cases on standing.case_id = live_cases.case_id
where
    live_cases.case_id is not null
    or (standing.decision = 'throttled' and standing.told_at is null)
group by
    standing.subject,
    standing.channel,
    standing.decision,
    standing.reason,
    standing.decided_at,
    standing.told_at
