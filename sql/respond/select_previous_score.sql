select score
from health_score
where as_of < $as_of and score is not null
order by as_of desc
limit 1
