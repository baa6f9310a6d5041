create table if not exists system_funnel (
    as_of timestamptz not null,
    step varchar not null,
    orders bigint not null,
    rate_of_previous double
)
