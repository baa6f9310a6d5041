select word from {{ batch }} where measured = 'unknown_words'
