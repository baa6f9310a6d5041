-- An order has one kind of goods. What was paid for it is what was paid less the
-- postage.
select
    "订单号" as order_id,
    '1' as line_no,
    coalesce("商家编码-规格维度", "商家编码-商品维度", "样式ID", concat_ws(' ', "商品", "商品规格")) as sku,
    "商品数量(件)" as quantity,
    per_unit(
        coalesce(
            (
                try_cast("用户实付金额(元)" as decimal(18, 4))
                - coalesce(try_cast("邮费(元)" as decimal(18, 4)), 0)
            )::varchar,
            "用户实付金额(元)"
        ),
        "商品数量(件)"
    ) as unit_price
from exported
