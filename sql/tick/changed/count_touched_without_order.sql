select count(*) from touched anti join working.orders using (order_id)
