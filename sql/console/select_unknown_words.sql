select feed, column_name, word, rows, first_seen_at
from unknown_words
left join first_seen_words using (feed, column_name, word)
order by rows desc, feed, column_name, word
