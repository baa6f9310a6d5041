with
    lines as (
        select
            order_sn,
            unnest(each_of(item_list, '$')) as line,
            unnest(range(1, len(each_of(item_list, '$')) + 1)) as line_no,
            source_file,
            source_line
        from orders
    )
select
    order_sn as order_id,
    line_no,
    coalesce(
        nullif(line ->> '$.outer_id', ''),
        nullif(line ->> '$.outer_goods_id', ''),
        line ->> '$.sku_id'
    ) as sku,
    line ->> '$.goods_count' as quantity,
    line ->> '$.goods_price' as unit_price,
    source_file,
    source_line
from lines
