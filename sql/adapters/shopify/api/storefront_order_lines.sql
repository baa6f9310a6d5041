with
    lines as (
        select name, unnest(each_of(line_items, '$')) as line, source_file, source_line
        from orders
    )
select
    name as order_id,
    line ->> '$.id' as line_no,
    coalesce(
        nullif(line ->> '$.sku', ''), line ->> '$.name', line ->> '$.title'
    ) as sku,
    line ->> '$.quantity' as quantity,
    per_unit(
        (
            try_cast(line ->> '$.price' as decimal(18, 4))
            * try_cast(line ->> '$.quantity' as integer)
            - coalesce(try_cast(line ->> '$.total_discount' as decimal(18, 4)), 0)
        )::varchar,
        line ->> '$.quantity'
    ) as unit_price,
    source_file,
    source_line
from lines
