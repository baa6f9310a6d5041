-- Of refunds the trade tells the status of its lines alone: all refunded is a refund,
-- one of several is a part.
select
    coalesce(nullif(alipay_no, ''), tid_str, tid) as payment_id,
    coalesce(tid_str, tid) as order_id,
    pay_time as paid_at,
    payment as amount,
    'alipay' as method,
    case
        when
            list_bool_and(
                list_transform(
                    each_of(orders, '$.order'),
                    lambda line:line ->> '$.refund_status' = 'SUCCESS'
                )
            )
        then 'refunded'
        when
            list_bool_or(
                list_transform(
                    each_of(orders, '$.order'),
                    lambda line:line ->> '$.refund_status' = 'SUCCESS'
                )
            )
        then 'partially_refunded'
        else 'succeeded'
    end as status,
    modified as updated_at
from trades
where nullif(pay_time, '') is not null
