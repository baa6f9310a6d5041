-- The instants that were evaluated, each once, in a span of time.
select distinct as_of
from health_score
where as_of >= $start and as_of <= $stop
order by as_of
