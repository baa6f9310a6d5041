-- A message about no score has none. What it is about stands in its payload as
-- subject: the score of everything (where it is missing) or of a place, the cases of
-- a role, a source.
create table if not exists alerts(
    alert_id varchar primary key,
    kind varchar not null check (
        kind in (
            'breach',
            'worse',
            'recovered',
            'unconfirmed',
            'source',
            'reminder',
            'cases',
            'digest',
            'heartbeat',
            'report'
        )
    ),
    as_of timestamptz not null,
    score decimal(5, 2),
    threshold decimal(5, 2),
    payload json not null
)
