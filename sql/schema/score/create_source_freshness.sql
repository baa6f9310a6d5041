-- rows count at the instant, replaced ones do not because others of their keys do, and
-- what is ahead has not happened yet (the latest of it: ahead_until).
-- unowned ones name an order that the storefront does not know.
create table if not exists source_freshness (
    feed varchar not null,
    last_event_at timestamptz,
    last_loaded_at timestamptz,
    rows bigint not null,
    rejected bigint not null default 0,
    replaced bigint not null default 0,
    ahead bigint not null default 0,
    ahead_until timestamptz,
    unowned bigint,
    state varchar not null
)
