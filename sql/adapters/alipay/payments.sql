-- 业务类型 says what a row is: a payment (交易) or a refund (退款), both of which
-- succeeded. Another word is handed on, and unknown.
select
    case when "业务类型" = '退款' then "退款批次号/请求号" else "支付宝交易号" end as payment_id,
    "商户订单号" as order_id,
    "完成时间" as paid_at,
    "订单金额（元）" as amount,
    'alipay' as method,
    "业务类型" as status,
    case when "业务类型" = '退款' then "支付宝交易号" end as refund_of,
    "完成时间" as updated_at
from bill
