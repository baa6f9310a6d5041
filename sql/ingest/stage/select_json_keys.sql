select distinct unnest(json_keys(line)) as key from staged_objects order by key
