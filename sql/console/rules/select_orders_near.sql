-- An order, and those that share its buyer or its address, the nearest in time first.
select near.order_id, near.address_key
from order_fact as own
join
    order_fact as near
    on near.order_id = own.order_id
    or near.buyer_id = own.buyer_id
    or near.address_key = own.address_key
where own.order_id = $order_id
order by
    near.order_id != own.order_id,
    abs(epoch(near.placed_at) - epoch(own.placed_at)),
    near.order_id
limit $at_most
