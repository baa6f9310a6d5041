delete from staged_objects where record in (select record from repeated_keys)
