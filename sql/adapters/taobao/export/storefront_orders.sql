-- A version for the order as it was placed and as it was paid, where more happened
-- since, and one with the exported status, dated by the last milestone that the file
-- tells.
with
    told as (
        select
            "订单编号" as order_id,
            "店铺名称" as shop,
            unless_masked(coalesce("买家会员名", "买家会员昵称")) as buyer_id,
            "订单创建时间" as placed_at,
            "订单付款时间" as paid_at,
            coalesce("确认收货时间", "发货时间") as later_at,
            case
                when "订单状态" = '交易关闭' and "订单付款时间" is null then 'cancelled' else "订单状态"
            end as exported_status,
            case when "订单付款时间" is null then "总金额" else "买家实际支付金额" end as amount,
            "收货人姓名" as receiver,
            coalesce("联系手机", "联系电话") as phone,
            case
                when contains("修改后的收货地址", ' ') or contains("修改后的收货地址", ',')
                then "修改后的收货地址"
                else "收货地址"
            end as address,
            regexp_extract(
                address,
                '^([^ ,，]+?(?:省|市|自治区|特别行政区))[ ,，]+([^ ,，]+)[ ,，]+([^ ,，]+)[ ,，]+(.+?)(?:[(（]\d{6}[)）])?$',
                ['province', 'city', 'district', 'street']
            ) as parts,
            "买家留言" as remark,
            source_file,
            source_line
        from orders
    ),
    versions as (
        select *, 'created' as status, placed_at as updated_at
        from told
        where coalesce(paid_at, later_at) is not null
        union all
        select *, 'to_ship' as status, paid_at as updated_at
        from told
        where paid_at is not null and later_at is not null
        union all
        select
            *,
            exported_status as status,
            coalesce(later_at, paid_at, placed_at) as updated_at
        from told
    )
select
    order_id,
    shop,
    buyer_id,
    placed_at,
    status,
    amount,
    'CNY' as currency,
    receiver,
    phone,
    nullif(parts.province, '') as province,
    nullif(parts.city, '') as city,
    nullif(parts.district, '') as district,
    coalesce(nullif(parts.street, ''), address) as street,
    contains(address, '*') as address_masked,
    nullif(remark, 'null') as remark,
    updated_at,
    source_file,
    source_line
from versions
