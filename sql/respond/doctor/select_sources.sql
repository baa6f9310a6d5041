select feed, state, last_event_at
from source_freshness
where state <> 'fresh'
order by feed
