-- How many of each type were sent, or may have been, since an instant.
select type, count(*) as sent from actions where sent_at > $since group by type
