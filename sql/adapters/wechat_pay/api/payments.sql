select
    transaction_id as payment_id,
    out_trade_no as order_id,
    success_time as paid_at,
    from_hundredths("amount.total") as amount,
    'wechat' as method,
    trade_state as status,
    success_time as updated_at
from transactions
