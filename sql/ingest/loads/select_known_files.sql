select
    feed,
    file,
    arg_max(content_hash, load_number) as content_hash,
    arg_max(zone, load_number) as zone,
    arg_max_null(stamp, load_number) as stamp
from feeds.loads
group by feed, file
