with
    lines as (
        select
            order_id,
            unnest(each_of(sku_order_list, '$')) as line,
            source_file,
            source_line
        from orders
    )
select
    order_id,
    line ->> '$.order_id' as line_no,
    coalesce(
        nullif(line ->> '$.code', ''),
        nullif(nullif(line ->> '$.out_sku_id', ''), '0'),
        line ->> '$.sku_id'
    ) as sku,
    line ->> '$.item_num' as quantity,
    per_unit(
        from_hundredths(line ->> '$.pay_amount'), line ->> '$.item_num'
    ) as unit_price,
    source_file,
    source_line
from lines
