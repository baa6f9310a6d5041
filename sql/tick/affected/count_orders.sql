select count(*) from working.orders
