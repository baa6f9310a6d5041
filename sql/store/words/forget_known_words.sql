-- Words that are no longer unknown, and what an evaluation of later says of a look
-- back.
delete from first_seen_words
where
    first_seen_at > $as_of
    or not exists (
        select 1
        from unknown_words
        where
            unknown_words.feed = first_seen_words.feed
            and unknown_words.column_name = first_seen_words.column_name
            and unknown_words.word = first_seen_words.word
    )
