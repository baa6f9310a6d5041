select * from neighbours anti join affected_orders using (order_id)
