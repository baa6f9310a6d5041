-- How many orders came in the week before the newest one, of how many, and how long
-- orders have been coming.
select
    count(*) as orders,
    count(*) filter (where placed_at > newest - interval 7 days) as of_last_week,
    coalesce(epoch(any_value(newest) - min(placed_at)) / 86400, 0) as days
from working.orders, (select max(placed_at) as newest from working.orders)
