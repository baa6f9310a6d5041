select order_id from affected
