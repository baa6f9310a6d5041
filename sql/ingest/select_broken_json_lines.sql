select
    rowid - (select min(rowid) from staged_lines) as record,
    'not_json' as kind,
    null::varchar as column_name,
    'not a JSON object' as reason,
    to_json({'text':line})::varchar as row
from staged_lines
where
    regexp_matches(line, '\S')
    and coalesce(json_type(try_cast(line as json)) <> 'OBJECT', true)
order by rowid
