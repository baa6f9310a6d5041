with
    recent as (
        select
            order_id,
            is_active,
            sku,
            quantity::hugeint as quantity,
            cents::hugeint as cents
        from {{ ref("stg_order_lines") }}
        inner join {{ ref("order_fact") }} using (order_id)
        where
            quantity > 0
            and placed_at >= '{{ var("as_of") }}'::timestamptz - interval 30 day
    ),
    means as (
        select sku, sum(quantity) as units, sum(quantity * cents) as sold_value
        from recent
        group by sku
        having count(*) >= 5 and sold_value > 0
    )
select distinct order_id, null::varchar as explained_by
from recent
inner join means using (sku)
where is_active and greatest(cents, 0) * units * 10 < sold_value * 7
