select order_id, sku, unit_price, placed_at from working.placed_lines where is_active
