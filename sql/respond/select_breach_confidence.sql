select (payload ->> 'confidence')::decimal(5, 4) as confidence
from alerts
where kind = 'breach' and as_of < $as_of
order by alerts.as_of desc
limit 1
