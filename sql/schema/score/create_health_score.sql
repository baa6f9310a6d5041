create table if not exists health_score (
    as_of timestamptz not null,
    score decimal(5, 2),
    confidence decimal(5, 4) not null,
    active_orders bigint not null,
    profile varchar not null
)
