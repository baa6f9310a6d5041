select path, orders, share, median_minutes
from process_paths
order by orders desc
limit $at_most
