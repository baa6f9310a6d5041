select
    "/payload.AmazonOrderId" as order_id,
    orderitemid as line_no,
    coalesce(sellersku, asin) as sku,
    quantityordered as quantity,
    per_unit(
        (
            try_cast("ItemPrice.Amount" as decimal(18, 4))
            - coalesce(try_cast("PromotionDiscount.Amount" as decimal(18, 4)), 0)
        )::varchar,
        quantityordered
    ) as unit_price
from items
where "ItemPrice.Amount" is not null
