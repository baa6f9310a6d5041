-- The columns of a table, without a row.
select landed.* from ({{ query }}) landed where 1 = 0
