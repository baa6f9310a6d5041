select
    record,
    'not_json' as kind,
    null::varchar as column_name,
    'not a JSON object' as reason,
    to_json({'text':line})::varchar as row
from
    (
        select *, rowid - (select min(rowid) from staged_lines) as record
        from staged_lines
    )
where regexp_matches(line, '\S') and record not in (select record from staged_objects)
order by record
