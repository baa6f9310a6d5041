insert into rejected_rows by name
select
    $feed as feed,
    new.file,
    new.line,
    new.kind,
    new.column_name,
    new.reason,
    new.row::json as row,
    new.rows,
    $as_of as rejected_at,
    true as is_standing
from newly_rejected as new
where
    not exists (
        select 1
        from rejected_rows as known
        where
            known.feed = $feed
            and known.file = new.file
            and known.line is not distinct from new.line
            and known.reason = new.reason
            and known.row::varchar is not distinct from new.row
    )
