with
    lines as (
        select
            order_no,
            unnest(each_of(details_list, '$')) as line,
            source_file,
            source_line,
            rowid as place
        from stockouts
    )
select
    order_no as shipment_id,
    line ->> '$.spec_no' as sku,
    sum(
        try_cast(coalesce(line ->> '$.num', line ->> '$.goods_count') as decimal(18, 4))
    )::varchar as quantity,
    source_file,
    source_line
from lines
group by order_no, line ->> '$.spec_no', source_file, source_line, place
order by place, sku
