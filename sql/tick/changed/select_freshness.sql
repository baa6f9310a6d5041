select feed, last_event_at, rows from source_freshness
