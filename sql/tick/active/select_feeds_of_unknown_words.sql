select distinct feed from unknown_words
