select count(*) from touched_before anti join new_orders using (order_id)
