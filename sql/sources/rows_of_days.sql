-- All rows of some days.
select landed.*
from ({{ query }}) as landed
where {{ day }} in ({{ days | join(", ") }})
