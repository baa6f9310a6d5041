select as_of, score, confidence, active_orders, profile
from health_score
where as_of = coalesce($as_of::timestamptz, (select max(as_of) from health_score))
