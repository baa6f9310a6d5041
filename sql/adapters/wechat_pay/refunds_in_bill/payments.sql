select
    "微信退款单号" as payment_id,
    "商户订单号" as order_id,
    coalesce("退款成功时间", "交易时间") as paid_at,
    "退款金额" as amount,
    'wechat' as method,
    "退款状态" as status,
    "微信订单号" as refund_of
from bill
where "交易状态" = 'REFUND'
