-- A row that names no time, if there is any.
select 1 as found from ({{ query }}) as landed where landed.{{ column }} is null limit 1
