-- Rows that are missing in a feed, and files of it that could not be read at all.
select
    feed,
    coalesce(sum(rows) filter (where line is not null), 0)::bigint as rows,
    count(*) filter (where line is null) as files
from rejected_rows
where is_standing
group by feed
