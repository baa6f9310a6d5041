select feed, last_event_at, last_loaded_at, rows, state
from source_freshness
order by feed
