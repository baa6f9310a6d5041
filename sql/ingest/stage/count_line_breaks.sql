-- The line breaks within the values of staged records.
with records as (select concat({{ columns | join(", ") }}) as text from {{ table }})
select coalesce(sum(len(text) - len(replace(text, chr(10), ''))), 0)::bigint
from records
where contains(text, chr(10))
