select case_id, rule_id, cause_kind
from cases
where case_id in (select case_id from asked_cases)
