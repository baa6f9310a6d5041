-- How long orders take from one step to the next, and how many wait there. The
-- dimension
-- overall has no value.
create table if not exists process_steps (
    dimension varchar not null,
    value varchar,
    from_step varchar not null,
    to_step varchar not null,
    orders bigint not null,
    median_minutes double,
    p90_minutes double,
    waiting_now bigint not null,
    oldest_waiting_since timestamptz,
    stands_still_since timestamptz
)
