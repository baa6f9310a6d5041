with
    lines as (
        select
            io_id,
            unnest(each_of(items, '$')) as line,
            source_file,
            source_line,
            rowid as place
        from outbound
    )
select
    io_id as shipment_id,
    line ->> '$.sku_id' as sku,
    sum(try_cast(line ->> '$.qty' as decimal(18, 4)))::varchar as quantity,
    source_file,
    source_line
from lines
group by io_id, line ->> '$.sku_id', source_file, source_line, place
order by place, sku
