create table if not exists rejected_rows (
    feed varchar not null,
    file varchar not null,
    line bigint,
    reason varchar not null,
    row json,
    rejected_at timestamptz not null
)
