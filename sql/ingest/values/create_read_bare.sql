-- A text without what nobody sees, and without the ' or ` before it with which people
-- and programs keep spreadsheets from reading it as a number. Most have neither.
create or replace temp macro read_bare(raw) as
    case
        when regexp_full_match(raw, '[0-9A-Za-z_.-]+')
        then raw
        else
            nullif(
                regexp_replace(
                    regexp_replace(raw, '[{{ invisible }}]+', '', 'g'),
                    '(?s)^[{{ blanks }}''`]*(?:="+[{{ blanks }}''`]*(.*?)[{{ blanks }}]*"+|(.*?))[{{ blanks }}]*$',
                    '\1\2'
                ),
                ''
            )
    end
