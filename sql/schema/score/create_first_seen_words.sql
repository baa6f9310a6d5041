-- Since which evaluation a word stands in unknown_words.
create table if not exists first_seen_words (
    feed varchar not null,
    column_name varchar not null,
    word varchar not null,
    first_seen_at timestamptz not null
)
