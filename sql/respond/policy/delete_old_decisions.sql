-- Decisions before an instant, but what still holds: the newest of each kind on a
-- subject, and those on cases that are not over.
delete from alert_decisions
where
    as_of < $since::timestamptz
    and case
        when len(cases) = 0
        then
            exists (
                select 1
                from alert_decisions as later
                where
                    later.subject = alert_decisions.subject
                    and later.channel = alert_decisions.channel
                    and later.decision = alert_decisions.decision
                    and len(later.cases) = 0
                    and later.as_of > alert_decisions.as_of
            )
        else
            not list_has_any(
                cases,
                (
                    select coalesce(list(live.case_id), [])
                    from cases as live
                    where live.resolved_at is null
                )
            )
    end
