select as_of, score
from health_score
where score is not null and as_of > $since::timestamptz and as_of <= $as_of::timestamptz
order by score, as_of
limit 1
