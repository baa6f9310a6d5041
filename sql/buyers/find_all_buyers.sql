-- All buyers, or one of several parts of them.
create or replace temp table asked_buyers as
select distinct buyer_id
from working.orders
where buyer_id is not null and buyer_number % $parts = $part
