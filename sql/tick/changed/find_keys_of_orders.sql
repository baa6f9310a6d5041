-- The keys of a feed of which any version belongs to one of these orders.
create or replace temp table keys_of_{{ feed }} as
select distinct {{ key | join(", ") }}
from feeds.{{ feed }} semi join {{ orders }} using (order_id)
