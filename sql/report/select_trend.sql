select as_of, score, confidence, profile
from health_score
where as_of <= $as_of::timestamptz
order by as_of desc
limit $runs
