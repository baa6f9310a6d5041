create or replace temp table orders_at_prices as
select distinct order_id
from working.placed_lines as line
inner join prices using (sku, currency)
where
    line.is_active
    and line.unit_price::double between prices.lowest_price and prices.highest_price
