-- What channels were told in a span of time, with the cases of each decision and what
-- people said of them.
select
    decided.as_of,
    decided.channel,
    decided.subject,
    cases.case_id,
    cases.rule_id,
    cases.owner,
    cases.cause_kind,
    cases.cause,
    cases.verdict
from
    (
        select
            as_of,
            channel,
            subject,
            unnest(case when len(cases) = 0 then [null] else cases end) as case_id
        from alert_decisions
        where
            decision in ('sent', 'reminder', 'digested')
            and channel <> ''
            and as_of > $since::timestamptz
            and as_of <= $as_of::timestamptz
    ) as decided
left join cases on decided.case_id = cases.case_id
order by decided.as_of, decided.channel
