with
    lines as (
        select
            coalesce(tid_str, tid) as order_id,
            unnest(each_of(orders, '$.order')) as line,
            source_file,
            source_line
        from trades
    )
select
    order_id,
    line ->> '$.oid' as line_no,
    coalesce(
        nullif(line ->> '$.outer_sku_id', ''),
        nullif(line ->> '$.outer_iid', ''),
        line ->> '$.sku_id',
        line ->> '$.num_iid'
    ) as sku,
    line ->> '$.num' as quantity,
    per_unit(
        coalesce(line ->> '$.divide_order_fee', line ->> '$.payment'), line ->> '$.num'
    ) as unit_price,
    source_file,
    source_line
from lines
