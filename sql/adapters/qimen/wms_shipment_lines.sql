with
    lines as (
        select
            "deliveryOrder.deliveryOrderCode" as code,
            unnest(
                flatten(
                    list_transform(
                        each_of(packages, '$.package'),
                        lambda package:each_of(package, '$.items.item')
                    )
                )
            ) as line,
            source_file,
            source_line,
            rowid as place
        from confirmations
    )
select
    code as shipment_id,
    line ->> '$.itemCode' as sku,
    sum(try_cast(line ->> '$.quantity' as decimal(18, 4)))::varchar as quantity,
    source_file,
    source_line
from lines
group by code, line ->> '$.itemCode', source_file, source_line, place
order by place, sku
