select key
from {{ batch }}
where
    measured = 'orphans' and since + interval '{{ microseconds }} microseconds' < as_of
