select sku, quantity, unit_price, placed_at from working.placed_lines
