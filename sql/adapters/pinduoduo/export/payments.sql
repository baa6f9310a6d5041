select
    "订单号" as payment_id,
    "订单号" as order_id,
    coalesce("支付时间", "订单成交时间") as paid_at,
    "用户实付金额(元)" as amount,
    case when contains("订单状态", '退款成功') then 'refunded' else 'succeeded' end as status
from exported
where "订单状态" not in ('待支付', '已取消')
