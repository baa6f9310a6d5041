-- The feeds that were ever loaded, and which of them were after a load.
select feed, max(load_number) > $after as is_new from feeds.loads group by feed
