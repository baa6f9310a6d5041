select
    coalesce("支付单号", "订单编号") as payment_id,
    "订单编号" as order_id,
    "订单付款时间" as paid_at,
    "买家实际支付金额" as amount,
    'alipay' as method,
    case
        when coalesce(try_cast("退款金额" as decimal(18, 4)), 0) <= 0
        then 'succeeded'
        when
            try_cast("退款金额" as decimal(18, 4)) >= try_cast("买家实际支付金额" as decimal(18, 4))
        then 'refunded'
        else 'partially_refunded'
    end as status
from orders
where "订单付款时间" is not null
