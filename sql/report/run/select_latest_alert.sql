select alert_id, kind, as_of, score, threshold
from alerts
where
    as_of <= $as_of::timestamptz
    and coalesce(payload ->> '$.subject', 'score') = 'score'
    and kind <> 'reminder'
order by as_of desc, alert_id desc
limit 1
