select
    repeated_keys.record,
    'repeated_key' as kind,
    column_names[1] as column_name,
    array_to_string(column_names, ', ')
    || ': the object names it twice, with different values' as reason,
    case
        when row_number() over (order by repeated_keys.record) <= {{ most }}
        then line::varchar
    end as row
from repeated_keys
inner join staged_objects on staged_objects.record = repeated_keys.record
order by repeated_keys.record
