-- The newest evaluations.
select as_of from health_score order by as_of desc limit 20
