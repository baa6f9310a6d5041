select
    "退款批次号/请求号" as return_id,
    "商户订单号" as order_id,
    coalesce("创建时间", "完成时间") as requested_at,
    'refund_only' as kind,
    abs(try_cast("订单金额（元）" as decimal(18, 4)))::varchar as amount,
    "备注" as reason,
    "完成时间" as updated_at
from bill
where "业务类型" = '退款'
