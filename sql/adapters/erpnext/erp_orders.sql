select
    name as erp_id,
    po_no as order_id,
    creation as synced_at,
    status,
    modified as updated_at
from orders
