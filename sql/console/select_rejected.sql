-- Rejected rows, the newest first; row is masked.
select
    feed,
    file,
    line,
    coalesce(kind, 'unreadable_file') as kind,
    column_name,
    reason,
    row,
    rows,
    rejected_at
from rejected_rows
where
    ($feed::varchar is null or feed = $feed::varchar)
    and ($kind::varchar is null or coalesce(kind, 'unreadable_file') = $kind::varchar)
order by rejected_at desc, feed, file, line
limit $at_most
offset $skipped
