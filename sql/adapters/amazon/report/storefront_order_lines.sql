select
    "amazon-order-id" as order_id,
    row_number() over (
        partition by source_file, "amazon-order-id" order by source_line
    ) as line_no,
    sku,
    quantity,
    per_unit(
        coalesce(
            (
                try_cast("item-price" as decimal(18, 4)) - abs(
                    coalesce(try_cast("item-promotion-discount" as decimal(18, 4)), 0)
                )
            )::varchar,
            "item-price"
        ),
        quantity
    ) as unit_price,
    source_file,
    source_line
from reported
where "item-price" is not null and quantity <> '0'
order by rowid
