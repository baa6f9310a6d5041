-- All rows of some days.
select landed.* from ({{ query }}) landed where {{ day }} in ({{ days | join(", ") }})
