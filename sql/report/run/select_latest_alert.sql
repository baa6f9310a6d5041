select alert_id, kind, as_of, score, threshold
from alerts
where as_of <= $as_of::timestamptz
order by as_of desc, alert_id desc
limit 1
