with
    lines as (
        select
            increment_id, unnest(each_of(items, '$')) as line, source_file, source_line
        from orders
    )
select
    increment_id as order_id,
    line ->> '$.item_id' as line_no,
    line ->> '$.sku' as sku,
    line ->> '$.qty_ordered' as quantity,
    per_unit(
        (
            try_cast(line ->> '$.row_total' as decimal(18, 4))
            - coalesce(try_cast(line ->> '$.discount_amount' as decimal(18, 4)), 0)
        )::varchar,
        line ->> '$.qty_ordered'
    ) as unit_price,
    source_file,
    source_line
from lines
where line ->> '$.parent_item_id' is null
