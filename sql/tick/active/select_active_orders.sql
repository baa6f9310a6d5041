select {{ columns | join(", ") }} from working.orders where is_active
