create or replace table snapshot.first_seen_words as
select
    feed,
    column_name,
    masked_word(plain_text(word)) as word,
    min(first_seen_at) as first_seen_at
from main.first_seen_words
group by feed, column_name, masked_word(plain_text(word))
