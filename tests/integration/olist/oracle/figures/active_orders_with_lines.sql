select count(*) from active_order semi join line using (order_id)
