with
    lines as (
        select
            omsorderno,
            unnest(each_of(item, '$')) as line,
            source_file,
            source_line,
            rowid as place
        from shipped
    )
select
    omsorderno as shipment_id,
    line ->> '$.SKU' as sku,
    sum(try_cast(line ->> '$.QtyShipped' as decimal(18, 4)))::varchar as quantity,
    source_file,
    source_line
from lines
group by omsorderno, line ->> '$.SKU', source_file, source_line, place
order by place, sku
