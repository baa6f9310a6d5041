insert into {{ table }} by name
select $as_of as as_of, *
from new_rows
