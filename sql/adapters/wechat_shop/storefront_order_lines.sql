-- A line has no number of its own: its place in the order is one.
with
    lines as (
        select
            order_id,
            unnest(each_of("order_detail.product_infos", '$')) as line,
            unnest(
                range(1, len(each_of("order_detail.product_infos", '$')) + 1)
            ) as line_no,
            source_file,
            source_line
        from orders
    )
select
    order_id,
    line_no,
    coalesce(
        nullif(line ->> '$.out_sku_id', ''),
        nullif(line ->> '$.sku_code', ''),
        line ->> '$.sku_id'
    ) as sku,
    line ->> '$.sku_cnt' as quantity,
    per_unit(
        from_hundredths(line ->> '$.real_price'), line ->> '$.sku_cnt'
    ) as unit_price,
    source_file,
    source_line
from lines
