-- What was looked at before an instant, but the newest of each fact that was not over
-- by then: from it on, everything can be decided on again.
delete from working.alert_facts
where
    as_of < $since::timestamptz
    and (
        fact is null
        or exists (
            select 1
            from working.alert_facts as later
            where
                later.about = alert_facts.about
                and later.name = alert_facts.name
                and later.as_of > alert_facts.as_of
                and later.as_of < $since::timestamptz
        )
    )
