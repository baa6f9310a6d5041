create table if not exists source_freshness (
    feed varchar not null,
    last_event_at timestamptz,
    last_loaded_at timestamptz,
    rows bigint not null,
    state varchar not null
)
