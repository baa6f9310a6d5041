-- Buyers and addresses of the touched orders as they were.
create or replace temp table touched_before as
select order_id, buyer_id, address_key
from working.orders semi join touched using (order_id)
