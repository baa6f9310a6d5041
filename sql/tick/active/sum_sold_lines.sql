-- Wide enough for any number of lines, each of which costs less than 10^14.
select
    sku,
    currency,
    count(*) as lines,
    sum(quantity::decimal(38, 4)) as sold_units,
    sum(quantity::decimal(19, 4) * unit_price::decimal(18, 4)) as sold_value
from working.placed_lines
where placed_at >= $placed_from
group by sku, currency
