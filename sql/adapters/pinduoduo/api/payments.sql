select
    order_sn as payment_id,
    order_sn as order_id,
    pay_time as paid_at,
    pay_amount as amount,
    case pay_type when 'WEIXIN' then 'wechat' else lower(pay_type) end as method,
    case when refund_status = '4' then 'refunded' else 'succeeded' end as status,
    updated_at
from orders
where nullif(pay_time, '') is not null
