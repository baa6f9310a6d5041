select
    transaction_id as payment_id,
    merchant_trade_no as order_id,
    from_seconds(pay_time) as paid_at,
    from_hundredths(paid_amount) as amount,
    'wechat' as method,
    case when order_state = '5' then 'refunded' else 'succeeded' end as status
from orders
where coalesce(pay_time, '0') <> '0'
