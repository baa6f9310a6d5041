insert into first_seen_words by name
select feed, column_name, word, $as_of as first_seen_at
from unknown_words
anti join first_seen_words using (feed, column_name, word)
