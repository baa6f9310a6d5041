insert into {{ table }} by name
select {{ columns | map("identifier") | join(", ") }}
from carried
