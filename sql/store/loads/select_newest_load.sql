select coalesce(max(load_number), 0) from feeds.loads
