select min(placed_at) from working.orders semi join affected using (order_id)
