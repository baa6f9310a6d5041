-- Closed after it was paid, with every line's after-sale done: the money went back.
select
    coalesce(nullif(channel_payment_no, ''), order_id) as payment_id,
    order_id,
    from_seconds(pay_time) as paid_at,
    from_hundredths(pay_amount) as amount,
    case
        pay_type when '1' then 'wechat' when '2' then 'alipay' else pay_type
    end as method,
    case
        when
            order_status = '4'
            and list_bool_and(
                list_transform(
                    each_of(sku_order_list, '$'),
                    lambda line:line ->> '$.after_sale_info.after_sale_status' = '12'
                )
            )
        then 'refunded'
        else 'succeeded'
    end as status,
    from_seconds(update_time) as updated_at
from orders
where coalesce(pay_time, '0') <> '0'
