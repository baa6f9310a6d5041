select {{ columns | join(", ") }} from working.orders where is_active order by order_id
