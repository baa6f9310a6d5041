select feed, coalesce(kind, 'unreadable_file') as kind, sum(rows)::bigint as rows
from rejected_rows
group by all
order by rows desc, feed, kind
