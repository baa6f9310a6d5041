-- A row arrives again that was read in another zone: what it said then was never so.
delete from feeds.{{ feed }}
where
    rowid in (
        select version.rowid
        from feeds.{{ feed }} as version
        inner join feeds.loads as load on load.load_number = version.load_number
        where
            load.feed = $feed
            and load.zone <> $zone
            and exists (
                select 1
                from typed_rows as arriving
                where
                    {% for column in key %}
                        arriving.{{ column }}
                        is not distinct from version.{{ column }} {{ "and" if not loop.last }}
                    {% endfor %}
            )
    )
