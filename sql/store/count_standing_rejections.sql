-- Rows that are missing in a feed, and files of it that could not be read at all.
select
    feed,
    count(*) filter (where line is not null) as rows,
    count(*) filter (where line is null) as files
from rejected_rows
where is_standing
group by feed
