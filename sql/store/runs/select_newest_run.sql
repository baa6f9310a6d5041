select max(as_of)
from health_score
where as_of <= coalesce($clock, 'infinity'::timestamptz)
