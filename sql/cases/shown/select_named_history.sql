select *
from case_history
where case_id in (select case_id from asked_cases)
order by "at", entry
