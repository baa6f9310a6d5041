-- Buyers and addresses of the touched orders as they were.
create or replace temp table touched_before as
select order_id, buyer_number, address_number
from working.orders semi join touched using (order_id)
