with
    risk as (
        select coalesce(1 - exp(sum(ln(1 - weight.weight))), 0) as p
        from active_order
        left join finding using (order_id)
        left join weight using (rule_id)
        group by active_order.order_id
    ),
    system as (
        select case when $pickup_gap = 'hit' then 1 - weight else 1 end as factor
        from weight
        where rule_id = 'pickup_gap'
    )
select round(cast(100 * (1 - avg(p)) * any_value(factor) as decimal(18, 9)), 2)
from risk
cross join system
