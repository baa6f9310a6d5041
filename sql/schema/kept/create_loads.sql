-- Of the rows that were read some were rejected, lines of totals among them, and some
-- are new; the others were known.
create table if not exists feeds.loads (
    load_number integer not null,
    feed varchar not null,
    file varchar not null,
    order_key varchar not null,
    content_hash varchar not null,
    stamp varchar,
    zone varchar not null,
    columns varchar[] not null,
    rows bigint not null,
    new_rows bigint not null,
    rejected_rows bigint not null,
    totals_lines bigint not null,
    latest_instant timestamptz,
    loaded_at timestamptz not null
)
