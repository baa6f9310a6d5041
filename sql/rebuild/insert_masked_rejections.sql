-- Of rows that are in no file any more the published copy is all that is left.
insert into rejected_rows by name
select feed, file, line, kind, column_name, reason, row, rows, rejected_at
from carried as known
where
    not exists (
        select 1
        from masked_rejected_rows as masked
        where
            masked.feed = known.feed
            and masked.file = known.file
            and masked.line is not distinct from known.line
            and masked.reason = known.reason
            and masked.row::varchar is not distinct from known.row::varchar
    )
