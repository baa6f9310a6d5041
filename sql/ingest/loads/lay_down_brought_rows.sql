-- Rows that were rejected in one file, and that another one has brought since, are not
-- missing any more. They are told by the identifiers of their key. A row of another
-- shop than the order's was brought by nobody.
update rejected_rows as rejected
set is_standing = false
from typed_rows as arriving
where
    rejected.feed = $feed
    and rejected.file <> $file
    and rejected.is_standing
    and ($rows is null or arriving.source_row < $rows)
    and rejected.kind <> 'shop_conflict'
{% for column in identifiers %}
        and read_text(rejected.row ->> {{ column | literal }})
    {{ "is not distinct from" if column in may_be_empty else "=" }} arriving.{{ column }}
{% endfor %}
