-- Without a merchant's code the title and the properties say what was sold.
select
    "主订单编号" as order_id,
    "子订单编号" as line_no,
    coalesce("商家编码", "外部系统编号", concat_ws(' ', "标题", "商品属性")) as sku,
    "购买数量" as quantity,
    per_unit("买家应付货款", "购买数量") as unit_price
from order_lines
