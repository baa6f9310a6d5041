select count(*) from order_fact where order_id = $order_id
