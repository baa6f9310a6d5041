select epoch_us(as_of) as as_of_microseconds, kind, score
from working.untold_edges
order by as_of
