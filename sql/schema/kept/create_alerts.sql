create table if not exists alerts(
    alert_id varchar primary key,
    kind varchar not null check (
        kind in ('breach', 'worse', 'recovered', 'unconfirmed', 'source', 'reminder')
    ),
    as_of timestamptz not null,
    score decimal(5, 2) not null,
    threshold decimal(5, 2) not null,
    payload json not null
)
