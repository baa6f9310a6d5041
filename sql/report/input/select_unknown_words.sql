select feed, column_name, word, rows
from unknown_words
order by rows desc, feed, column_name, word
limit $words
