select feed, state from source_freshness
