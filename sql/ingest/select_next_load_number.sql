select coalesce(max(load_number), 0) + 1 from feeds.loads
