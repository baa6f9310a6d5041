select
    "order_detail.pay_info.transaction_id" as payment_id,
    order_id,
    from_seconds("order_detail.pay_info.pay_time") as paid_at,
    from_hundredths("order_detail.price_info.order_price") as amount,
    'wechat' as method,
    case when status = '200' then 'refunded' else 'succeeded' end as status,
    from_seconds(update_time) as updated_at
from orders
where coalesce("order_detail.pay_info.pay_time", '0') <> '0'
