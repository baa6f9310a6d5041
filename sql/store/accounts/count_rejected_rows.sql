-- Rows alone: a file that cannot be read is no row.
select feed, sum(rows)::bigint as rows
from rejected_rows
where is_standing and line is not null
group by feed
order by feed
