select
    payments.order_id || '-' || payments.payment_sequential as payment_id,
    payments.order_id,
    orders.order_approved_at as paid_at,
    payments.payment_value as amount,
    payments.payment_type as method,
    case
        when orders.order_approved_at <> '' then 'succeeded' else 'pending'
    end as status
from olist_order_payments_dataset as payments
left join olist_orders_dataset as orders using (order_id)
order by payments.order_id, try_cast(payments.payment_sequential as integer)
