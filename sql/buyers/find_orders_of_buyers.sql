create or replace temp table orders_of_buyers as
select {{ columns | join(", ") }}
from working.orders semi join asked_buyers using (buyer_id)
