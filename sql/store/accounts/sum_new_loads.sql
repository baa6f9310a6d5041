select
    feed,
    sum(rows)::bigint as read,
    sum(new_rows)::bigint as new_rows,
    sum(rejected_rows)::bigint as rejected
from feeds.loads
where load_number > $known_load
group by feed
