-- Files that were read once and that now are gone, or have another content.
select distinct
    known.feed,
    known.file,
    not exists (
        select 1
        from feeds.loads as load
        where load.feed = known.feed and load.file = known.file
    ) as is_gone
from carried as known
where
    not exists (
        select 1
        from feeds.loads as load
        where
            load.feed = known.feed
            and load.file = known.file
            and load.content_hash = known.content_hash
    )
order by known.feed, known.file
