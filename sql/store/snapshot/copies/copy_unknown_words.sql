create or replace table snapshot.unknown_words as
select feed, column_name, masked_word(plain_text(word)) as word, sum(rows)::bigint as rows
from main.unknown_words
group by feed, column_name, masked_word(plain_text(word))
