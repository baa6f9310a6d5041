select order_id, string_agg(sku || '=' || quantity, '|' order by sku) as basket
from
    (
        select order_id, sku, sum(quantity) as quantity
        from {{ ref("stg_order_lines") }}
        group by order_id, sku
    )
group by order_id
