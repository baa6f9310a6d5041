-- The newest list of calls of a role before an instant.
select as_of, payload
from alerts
where kind = 'report' and payload ->> '$.subject' = $subject and as_of < $as_of
order by as_of desc
limit 1
