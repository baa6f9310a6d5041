-- The keys of all objects, and which of them some object names more than once. Objects
-- of a file have few lists of keys, so that each list is taken apart once.
with
    key_lists as (select distinct json_keys(line) as keys from staged_objects),
    listed as (
        select number, key, count(*) as times
        from
            (
                select number, unnest(keys) as key
                from (select row_number() over () as number, keys from key_lists)
            )
        group by number, key
    )
select key, max(times) > 1 as is_repeated
from listed
group by key
order by key
