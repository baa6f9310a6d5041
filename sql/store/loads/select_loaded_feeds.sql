select distinct feed from feeds.loads
