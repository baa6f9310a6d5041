-- The feeds with an instant that has not come yet: only these can have rows ahead.
select distinct feed from feeds.loads where latest_instant > $as_of
