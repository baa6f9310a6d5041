select
    feed,
    last_event_at,
    last_loaded_at,
    rows,
    rejected,
    replaced,
    ahead,
    ahead_until,
    unowned,
    state
from source_freshness
order by feed
