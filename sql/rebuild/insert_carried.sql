insert into {{ table }} by name
select {{ columns | join(", ") }}
from carried
