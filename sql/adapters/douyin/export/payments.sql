-- The export says that an order was paid, and not always when: then the time is empty.
select
    "主订单编号" as payment_id,
    "主订单编号" as order_id,
    min(nullif("支付完成时间", '-')) as paid_at,
    coalesce(
        (
            sum(try_cast("订单应付金额" as decimal(18, 4)))
            + coalesce(max(try_cast("运费" as decimal(18, 4))), 0)
        )::varchar,
        min("订单应付金额")
    ) as amount,
    case
        when bool_and(coalesce("售后状态" = '退款成功', false)) then 'refunded' else 'succeeded'
    end as status,
    source_file,
    min(source_line) as source_line
from exported
group by "主订单编号", source_file
having
    bool_or("订单状态" in ('待发货', '备货中', '部分发货', '已发货', '已完成'))
    or min(nullif("支付完成时间", '-')) is not null
    or bool_or(coalesce("售后状态" = '退款成功', false))
order by max(rowid)
