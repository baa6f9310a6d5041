select epoch_us(as_of) as as_of_microseconds, kind
from alerts
where coalesce(payload ->> '$.subject', 'score') = $subject
order by as_of, kind
