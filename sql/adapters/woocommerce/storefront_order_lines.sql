with
    lines as (
        select
            coalesce(number, id) as order_id,
            unnest(each_of(line_items, '$')) as line,
            source_file,
            source_line
        from orders
        where status not in ('checkout-draft', 'auto-draft', 'draft', 'new')
    )
select
    order_id,
    line ->> '$.id' as line_no,
    coalesce(
        nullif(line ->> '$.sku', ''),
        nullif(line ->> '$.variation_id', '0'),
        line ->> '$.product_id'
    ) as sku,
    line ->> '$.quantity' as quantity,
    per_unit(line ->> '$.total', line ->> '$.quantity') as unit_price,
    source_file,
    source_line
from lines
