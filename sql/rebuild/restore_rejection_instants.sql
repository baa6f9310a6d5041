update rejected_rows
set rejected_at = known.rejected_at
from masked_rejected_rows as masked, carried as known
where
    rejected_rows.rowid = masked.rejected_row
    and masked.feed = known.feed
    and masked.file = known.file
    and masked.line is not distinct from known.line
    and masked.reason = known.reason
    and masked.row::varchar is not distinct from known.row::varchar
