select count(*) from active_order
