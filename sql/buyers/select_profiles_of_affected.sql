select orders.order_id, buyers.* exclude (buyer_number, changed_in)
from working.orders as orders
semi join affected using (order_id)
inner join working.buyers as buyers using (buyer_id)
where orders.is_active
