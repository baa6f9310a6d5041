-- The days of a table, and what stands on each: rows, and a fingerprint of their
-- content.
select
    strftime(timezone($zone, {{ instant | identifier }}), '%Y-%m-%d') as "day",
    min({{ instant | identifier }}) as "first",
    max({{ instant | identifier }}) as "last",
    count(*)::bigint as "rows",
    bit_xor(hash(each))::varchar as fingerprint
from (select * {{ without }} from {{ table }}) as each
group by "day"
order by "day"
