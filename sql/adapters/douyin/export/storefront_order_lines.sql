select
    "主订单编号" as order_id,
    "子订单编号" as line_no,
    coalesce("商家编码", "商品ID", concat_ws(' ', "选购商品", "商品规格")) as sku,
    "商品数量" as quantity,
    per_unit("订单应付金额", "商品数量") as unit_price
from exported
