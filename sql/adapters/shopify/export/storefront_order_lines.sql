select
    "Name" as order_id,
    row_number() over (
        partition by source_file, "Name" order by source_line
    ) as line_no,
    coalesce("Lineitem sku", "Lineitem name") as sku,
    "Lineitem quantity" as quantity,
    per_unit(
        coalesce(
            (
                try_cast("Lineitem price" as decimal(18, 4))
                * try_cast("Lineitem quantity" as integer)
                - coalesce(try_cast("Lineitem discount" as decimal(18, 4)), 0)
            )::varchar,
            "Lineitem price"
        ),
        "Lineitem quantity"
    ) as unit_price,
    source_file,
    source_line
from exported
order by rowid
