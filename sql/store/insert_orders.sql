-- The orders of a buyer or an address are looked up by a number, which is compared much
-- faster than a text. Others that share it are looked at as well, and change nothing.
insert into working.orders by name
select
    *,
    case when buyer_id is not null then hash(buyer_id) end as buyer_number,
    case when address_key is not null then hash(address_key) end as address_number
from new_orders
