-- A line has no number of its own: its place among the lines of the order is one.
with
    lines as (
        select
            "orderId" as order_id,
            unnest(each_of("itemInfoList", '$')) as line,
            unnest(range(1, len(each_of("itemInfoList", '$')) + 1)) as line_no,
            source_file,
            source_line
        from searched
    )
select
    order_id,
    line_no,
    coalesce(
        nullif(line ->> '$.outerSkuId', ''), line ->> '$.skuId', line ->> '$.skuName'
    ) as sku,
    line ->> '$.itemTotal' as quantity,
    line ->> '$.jdPrice' as unit_price,
    source_file,
    source_line
from lines
