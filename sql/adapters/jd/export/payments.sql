select
    "订单号" as payment_id,
    "订单号" as order_id,
    min("付款确认时间") as paid_at,
    min("订单金额") as amount,
    min("支付方式") as method,
    'succeeded' as status,
    source_file,
    min(source_line) as source_line
from exported
where "付款确认时间" is not null
group by "订单号", source_file
order by max(rowid)
