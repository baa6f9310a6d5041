-- What platforms put around a value so that a spreadsheet keeps it as a text: ="123",
-- an apostrophe, a back-tick, a tab. Nothing is null.
create or replace temp macro unguarded(raw) as
    case
        when regexp_matches(raw, '^[\s=''`"]|[\s"]$')
        then
            nullif(
                trim(regexp_replace(regexp_replace(trim(raw, e' \t\r\n'), '^="(.*)"$', '\1'), '^[''`]', ''), e' \t\r\n'), ''
            )
        else nullif(raw, '')
    end
