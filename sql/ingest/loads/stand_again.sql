-- What was rejected before, and is rejected again, keeps the instant of the first time.
update rejected_rows as known
set is_standing = true
from newly_rejected as new
where
    known.feed = $feed
    and known.file = new.file
    and known.line is not distinct from new.line
    and known.reason = new.reason
    and known.row::varchar is not distinct from new.row
