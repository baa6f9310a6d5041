-- The values at a path of a text that is JSON: those of an array, or the one that
-- stands there by itself, as XML has it where there is one child instead of many.
create or replace temp macro each_of(object, path) as
    case coalesce(json_type(object::json, path), 'NULL')
        when 'NULL'
        then []
        when 'ARRAY'
        then json_extract(object::json, path || '[*]')
        else [json_extract(object::json, path)]
    end
