-- The profile of the newest evaluation before this instant.
select profile from health_score where as_of < $as_of order by as_of desc limit 1
