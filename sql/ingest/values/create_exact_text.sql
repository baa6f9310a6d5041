-- The text of a value in a JSON object. A number that JSON's readers round shows it, as
-- 2.02611e+17, lest its digits are taken for an identifier.
create or replace temp macro exact_text(object, path) as
    case
        when json_type(object, path) = 'DOUBLE'
            and contains(json_extract_string(object, path), '.')
            and abs(try_cast(json_extract_string(object, path) as double)) >= 9007199254740992
        then format('{:.17e}', try_cast(json_extract_string(object, path) as double))
        else json_extract_string(object, path)
    end
