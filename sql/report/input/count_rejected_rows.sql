select feed, sum(rows)::bigint as rows
from rejected_rows
group by feed
order by rows desc, feed
