-- The first of some columns, by their paths, that an object says twice and not the
-- same,
-- itself or on the way to it, and where it looks deeper also within it; null where
-- there
-- is none. Of lists every item counts.
create or replace temp macro repeated_column(object, paths, deeper) as (
    select
        list_filter(
            paths,
            lambda path:len(
                list_filter(
                    list(named),
                    lambda twice:twice = path
                    or starts_with(path, twice || '.')
                    or (deeper and (path = '' or starts_with(twice, path || '.')))
                )
            ) > 0
        )[1]
    from
        (
            select regexp_replace(fullkey, '\[\d+\]|^\$\.|"', '', 'g') as named
            from json_tree(object)
            group by fullkey
            having count(distinct value::varchar) > 1
        )
)
