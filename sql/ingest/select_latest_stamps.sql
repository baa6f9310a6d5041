select feed, file, last(stamp order by load_number) as stamp
from feeds.loads
group by feed, file
