select feed, max(loaded_at) as last_loaded_at from feeds.loads group by feed
