with
    recent_line as (
        select line.*
        from line
        cross join clock
        where placed_at >= as_of - interval 720 hours and placed_at <= as_of
    ),
    sku_price as (
        select sku, sum(unit_price) as total, count(*) as lines
        from recent_line
        group by sku
        having count(*) >= 5
    )
select distinct recent_line.order_id
from recent_line
join sku_price using (sku)
join active_order using (order_id)
where recent_line.unit_price * sku_price.lines * 100 < sku_price.total * 70
