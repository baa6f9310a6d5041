select
    feed,
    max(loaded_at) as last_loaded_at,
    list_distinct(flatten(list(columns))) as columns
from feeds.loads
group by feed
