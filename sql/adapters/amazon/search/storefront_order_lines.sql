with
    lines as (
        select
            orderid, unnest(each_of(orderitems, '$')) as line, source_file, source_line
        from found
    )
select
    orderid as order_id,
    line ->> '$.orderItemId' as line_no,
    coalesce(line ->> '$.product.sellerSku', line ->> '$.product.asin') as sku,
    line ->> '$.quantityOrdered' as quantity,
    line ->> '$.product.price.unitPrice.amount' as unit_price,
    source_file,
    source_line
from lines
where line ->> '$.product.price.unitPrice.amount' is not null
