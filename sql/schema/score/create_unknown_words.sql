create table if not exists unknown_words (
    feed varchar not null,
    column_name varchar not null,
    word varchar not null,
    rows bigint not null
)
