select
    "订单号" as order_id,
    "商品ID" as line_no,
    coalesce("货号", "商品ID") as sku,
    "订购数量" as quantity,
    "京东价" as unit_price
from exported
