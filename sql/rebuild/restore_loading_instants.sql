-- What a file says was known since it was first read, and not only since now.
update feeds.loads as load
set loaded_at = known.loaded_at
from
    (
        select feed, file, content_hash, max(loaded_at) as loaded_at
        from carried
        group by feed, file, content_hash
    ) as known
where
    load.feed = known.feed
    and load.file = known.file
    and load.content_hash = known.content_hash
