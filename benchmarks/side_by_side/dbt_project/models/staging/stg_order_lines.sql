-- Amounts of the feeds have two decimals: whole cents compare exactly.
select
    order_id,
    sku,
    quantity::bigint as quantity,
    (unit_price::decimal(18, 2) * 100)::bigint as cents
from {{ source("feeds", "storefront_order_lines") }}
qualify row_number() over (partition by order_id, line_no) = 1
