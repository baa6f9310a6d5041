select
    sku,
    count(*) as lines,
    sum(quantity) as sold_units,
    sum(quantity * unit_price) as sold_value
from working.placed_lines
where placed_at >= $placed_from
group by sku
