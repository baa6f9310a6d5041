-- Refunds in part are negative totals beside the order, whose status stays.
select
    coalesce(nullif(transaction_id, ''), id) as payment_id,
    coalesce(number, id) as order_id,
    date_paid_gmt as paid_at,
    total as amount,
    payment_method as method,
    case
        when
            status in ('processing', 'completed')
            and list_sum(
                list_transform(
                    each_of(refunds, '$'),
                    lambda refund:abs(try_cast(refund ->> '$.total' as decimal(18, 4)))
                )
            )
            > 0
        then 'partially_refunded'
        else status
    end as status,
    date_modified_gmt as updated_at
from orders
where status not in ('checkout-draft', 'auto-draft', 'draft', 'new')
