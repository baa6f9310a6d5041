with
    told as (
        select
            "订单号" as order_id,
            coalesce(
                "订单成交时间",
                "支付时间",
                regexp_replace(
                    regexp_extract("订单号", '^\d{6}-'),
                    '^(\d{2})(\d{2})(\d{2})-$',
                    '20\1-\2-\3'
                )
            ) as placed_at,
            coalesce("支付时间", "订单成交时间") as paid_at,
            "发货时间" as shipped_at,
            "确认收货时间" as received_at,
            "订单状态" as exported_status,
            "用户实付金额(元)" as amount,
            nullif("省", '****') as province,
            nullif("市", '****') as city,
            nullif("区", '****') as district,
            source_file,
            source_line
        from exported
    ),
    versions as (
        select *, 'to_ship' as status, placed_at as updated_at
        from told
        where paid_at is not null and coalesce(shipped_at, received_at) is not null
        union all
        select *, 'shipped' as status, shipped_at as updated_at
        from told
        where shipped_at is not null and received_at is not null
        union all
        select
            *,
            exported_status as status,
            coalesce(received_at, shipped_at, placed_at) as updated_at
        from told
    )
select
    order_id,
    placed_at,
    status,
    amount,
    'CNY' as currency,
    province,
    city,
    district,
    updated_at,
    source_file,
    source_line
from versions
