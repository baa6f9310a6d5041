-- What the alert policy looked at, written where it differs from before: a replay
-- needs nothing else. A fact that is null is over.
create table if not exists working.alert_facts(
    as_of timestamptz not null,
    about varchar not null,
    name varchar not null,
    fact json
)
