select feed, file, line, reason, row
from rejected_rows
qualify
    row_number() over (partition by feed order by rejected_at desc, file, line)
    <= $samples
order by feed, rejected_at desc, file, line
