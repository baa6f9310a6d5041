create or replace temp table staged_objects as
select rowid - (select min(rowid) from staged_lines) as record, try_cast(line as json) as line
from staged_lines
where coalesce(json_type(try_cast(line as json)) = 'OBJECT', false)
order by rowid
