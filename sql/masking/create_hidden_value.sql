-- A value of which at most the first character is shown, or of a phone number its ends.
create or replace temp macro hidden_value(value) as
    case
        when regexp_full_match(value, {{ patterns.hidden | literal }})
        then value
        when
            regexp_full_match(value, {{ patterns.phone | literal }})
            and length(regexp_replace(value, '[^0-9]', '', 'g')) >= 10
        then
            left(regexp_replace(value, '[^0-9]', '', 'g'), 3)
            || '****'
            || right(regexp_replace(value, '[^0-9]', '', 'g'), 4)
        when length(value) > 1
        then left(value, 1) || '***'
        else '***'
    end
