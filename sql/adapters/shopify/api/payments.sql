select
    name as payment_id,
    name as order_id,
    coalesce(processed_at, created_at) as paid_at,
    total_price as amount,
    lower(financial_status) as status,
    updated_at
from orders
