select
    refund_id as payment_id,
    out_trade_no as order_id,
    coalesce(success_time, create_time) as paid_at,
    from_hundredths("amount.refund") as amount,
    'wechat' as method,
    coalesce(status, refund_status) as status,
    transaction_id as refund_of,
    coalesce(success_time, create_time) as updated_at
from refunds
