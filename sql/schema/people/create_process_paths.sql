-- The ways that orders take through the systems, the most frequent first.
create table if not exists process_paths (
    path varchar not null,
    orders bigint not null,
    share double not null,
    median_minutes double
)
