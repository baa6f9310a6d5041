create table if not exists score_attribution (
    as_of timestamptz not null,
    dimension varchar not null,
    value varchar not null,
    points decimal(9, 4) not null
)
