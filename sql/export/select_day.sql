-- The rows of one day of a table, by its first and last instant; null: those of no day.
select * {{ without }}
from {{ table }}
where
    {{ instant | identifier }} between $first and $last
    or ($first is null and {{ instant | identifier }} is null)
order by {{ keys | map("identifier") | join(", ") }}
