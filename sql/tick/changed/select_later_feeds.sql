-- The feeds in which something was told ahead of the evaluation before.
select distinct feed
from feeds.loads
where latest_instant > $known_as_of and load_number <= $known_load
