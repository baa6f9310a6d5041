select * from cases where case_id in (select case_id from asked_cases)
