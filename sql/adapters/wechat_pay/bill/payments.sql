select
    "微信订单号" as payment_id,
    "商户订单号" as order_id,
    "交易时间" as paid_at,
    coalesce("订单金额", "总金额", "应结订单金额") as amount,
    'wechat' as method,
    "交易状态" as status
from bill
where "交易状态" is distinct from 'REFUND'
