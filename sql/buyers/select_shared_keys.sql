-- The values of a key that several buyers have, of those that these buyers have. Few
-- numbers are shared, and their texts tell whether the values are.
with
    asked as (
        select distinct {{ key }}_number
        from working.orders
        semi join orders_of_buyers using (order_id)
        where {{ key }}_number is not null
    ),
    several as (
        select {{ key }}_number
        from working.orders
        semi join asked using ({{ key }}_number)
        where buyer_number is not null
        group by {{ key }}_number
        having min(buyer_number) <> max(buyer_number)
    )
select {{ column }}
from working.orders
semi join several using ({{ key }}_number)
where buyer_id is not null
group by {{ column }}
having min(buyer_id) <> max(buyer_id)
