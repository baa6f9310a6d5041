select *
from response_times
where week = (select max(week) from response_times)
order by owner, rule_id, step
