-- The cases that a person has.
select case_id from cases where assignee is not null and resolved_at is null
