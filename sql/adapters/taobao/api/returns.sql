select
    refund_id as return_id,
    tid as order_id,
    created as requested_at,
    dispute_type as kind,
    refund_fee as amount,
    reason,
    status,
    modified as updated_at
from refunds
