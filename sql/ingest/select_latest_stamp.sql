select stamp
from feeds.loads
where feed = $feed and file = $file
order by load_number desc
limit 1
