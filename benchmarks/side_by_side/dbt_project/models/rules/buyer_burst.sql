select
    order_id,
    case
        when not bool_or(without_tries)
        then 'payment_timeout_reorder'
        when order_id not in (select order_id from {{ ref("suspicious_orders") }})
        then 'genuine_basket'
    end as explained_by
from {{ ref("burst_orders") }}
inner join {{ ref("order_fact") }} using (order_id)
where is_active
group by order_id
having bool_or(not without_tries)
