-- When the first action of a case was sent.
select case_id, min(sent_at) as acted_at
from actions
where case_id is not null and state in ('sent', 'confirmed') and sent_at <= $as_of
group by case_id
