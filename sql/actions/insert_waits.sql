insert into working.action_waits by name
select action_id, next_attempt_at
from changed_waits
where next_attempt_at is not null
