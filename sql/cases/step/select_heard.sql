select *
from case_history
where entry is not null and case_id in (select case_id from asked_cases)
