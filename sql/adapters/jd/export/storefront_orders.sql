with
    told as (
        select
            "订单号" as order_id,
            unless_masked(min("下单帐号")) as buyer_id,
            min("下单时间") as placed_at,
            min("付款确认时间") as paid_at,
            min("订单完成时间") as finished_at,
            min("订单状态") as exported_status,
            min("订单金额") as amount,
            min("客户姓名") as receiver,
            min("联系电话") as phone,
            min("客户地址") as street,
            min("订单备注") as remark,
            source_file,
            min(source_line) as source_line,
            max(rowid) as place
        from exported
        group by "订单号", source_file
    ),
    versions as (
        select *, 'created' as status, placed_at as updated_at
        from told
        where coalesce(paid_at, finished_at) is not null
        union all
        select *, 'to_ship' as status, paid_at as updated_at
        from told
        where paid_at is not null and finished_at is not null
        union all
        select
            *,
            exported_status as status,
            coalesce(finished_at, paid_at, placed_at) as updated_at
        from told
    )
select
    order_id,
    buyer_id,
    placed_at,
    status,
    amount,
    'CNY' as currency,
    receiver,
    phone,
    street,
    contains(street, '*') as address_masked,
    remark,
    updated_at,
    source_file,
    source_line
from versions
order by place, updated_at
