delete from cases where case_id in (select case_id from changed_cases)
