-- The cases that a step may change: live ones, the newest of each cause that is found,
-- and those that people said something new of.
with
    newest as (
        select cases.case_id
        from cases
        semi join
            found_causes
            on cases.rule_id = found_causes.rule_id
            and cases.cause_kind = found_causes.cause_kind
            and cases.cause is not distinct from found_causes.cause
        qualify
            row_number() over (
                partition by cases.rule_id, cases.cause_kind, cases.cause
                order by cases.opened_at desc, cases.case_id desc
            )
            = 1
    )
select *
from cases
where
    resolved_at is null
    or case_id in (select case_id from spoken_cases)
    or case_id in (select case_id from newest)
