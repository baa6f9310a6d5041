select
    record_number as record,
    'not_json' as kind,
    null::varchar as column_name,
    'not a JSON object' as reason,
    case
        when row_number() over (order by record_number) <= {{ most }}
        then to_json({'text':line})::varchar
    end as row
from held_records
where
    regexp_matches(line, '\S')
    and record_number not in (select record from staged_objects)
order by record_number
