-- What lay in the feeds folders at the last run and was not read
-- (ingest/files/unread.py).
create table if not exists unread_files (
    file varchar not null,
    why varchar not null,
    guess varchar,
    detail varchar
)
