select
    (select coalesce(max(load_number), 0) + 1 from feeds.loads) as load_number,
    (select count(*) from feeds.{{ feed }}) as known_rows,
    (select count(*) from {{ relation }}) as arriving_rows,
    (
        select count(*) from feeds.loads where feed = $feed and zone <> $zone
    ) as loads_in_other_zones
