-- kind is a word of rejection_kinds.yml, column_name the first column that it is about.
-- A rejection stands while the file was not loaded without it, and no other file has
-- brought the row. Of a file with very many the others are counted: one of each kind
-- stands for so many rows. Rows that were carried over from a store without kinds
-- have none.
create table if not exists rejected_rows (
    feed varchar not null,
    file varchar not null,
    line bigint,
    kind varchar,
    column_name varchar,
    reason varchar not null,
    row json,
    rows bigint not null default 1,
    rejected_at timestamptz not null,
    is_standing boolean not null default false
)
