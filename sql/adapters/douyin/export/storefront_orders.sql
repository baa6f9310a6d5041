-- A row is a line: what the lines have in common is the order. Of different statuses
-- the least advanced of those that are not closed counts.
with
    told as (
        select
            "主订单编号" as order_id,
            min("订单提交时间") as placed_at,
            min(nullif("支付完成时间", '-')) as paid_at,
            max(nullif("发货时间", '-')) as shipped_at,
            max(nullif("订单完成时间", '-')) as finished_at,
            case
                when count(distinct "订单状态") = 1
                then
                    case
                        when
                            min("订单状态") = '已关闭'
                            and min(nullif("支付完成时间", '-')) is null
                            and (
                                bool_or(
                                    coalesce(regexp_matches("取消原因", '未支付|未付款'), false)
                                )
                                or bool_or(
                                    bool_or(nullif("支付完成时间", '-') is not null)
                                ) over ()
                            )
                        then 'cancelled'
                        else min("订单状态")
                    end
                when bool_or("订单状态" in ('待发货', '备货中', '部分发货'))
                then '部分发货'
                when bool_or("订单状态" = '已发货')
                then '已发货'
                when bool_or("订单状态" = '已完成')
                then '已完成'
                else min("订单状态")
            end as exported_status,
            coalesce(
                (
                    sum(try_cast("订单应付金额" as decimal(18, 4)))
                    + coalesce(max(try_cast("运费" as decimal(18, 4))), 0)
                )::varchar,
                min("订单应付金额")
            ) as amount,
            min("收件人") as receiver,
            min("收件人手机号") as phone,
            min("详细地址") as street,
            min(source_file) as source_file,
            min(source_line) as source_line,
            max(rowid) as place
        from exported
        group by "主订单编号", source_file
    ),
    versions as (
        select *, 'created' as status, placed_at as updated_at
        from told
        where coalesce(paid_at, shipped_at, finished_at) is not null
        union all
        select *, 'to_ship' as status, paid_at as updated_at
        from told
        where paid_at is not null and coalesce(shipped_at, finished_at) is not null
        union all
        select *, 'shipped' as status, shipped_at as updated_at
        from told
        where shipped_at is not null and finished_at is not null
        union all
        select
            *,
            exported_status as status,
            coalesce(finished_at, shipped_at, paid_at, placed_at) as updated_at
        from told
    )
select
    order_id,
    placed_at,
    status,
    amount,
    'CNY' as currency,
    case when not regexp_matches(receiver, '^(##|\$\$)') then receiver end as receiver,
    case when not regexp_matches(phone, '^(##|\$\$)') then phone end as phone,
    case when not regexp_matches(street, '^(##|\$\$)') then street end as street,
    regexp_matches(street, '^(##|\$\$)|\*') as address_masked,
    updated_at,
    source_file,
    source_line
from versions
order by place, updated_at
