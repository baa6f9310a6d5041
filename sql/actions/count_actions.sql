select type, state, sink, count(*) as actions
from actions
group by type, state, sink
order by type, state, sink
