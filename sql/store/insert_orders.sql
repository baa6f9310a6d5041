insert into working.orders by name
select
    *,
    hash(buyer_id) as buyer_number,
    case when address_key is not null then hash(address_key) end as address_number
from new_orders
