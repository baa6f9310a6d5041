-- Where the orders lie that joined a case in a period, by rule: of shops, warehouses
-- and carriers the one with most of them each.
with
    joined as (
        select distinct cases.rule_id, case_orders.order_id
        from case_orders
        inner join cases on case_orders.case_id = cases.case_id
        where
            cases.state <> 'false_alarm'
            and case_orders.joined_at > $since::timestamptz
            and case_orders.joined_at <= $as_of::timestamptz
    ),
    placed as (
        select
            joined.rule_id,
            order_fact.order_id,
            order_fact.shop,
            order_fact.warehouse,
            order_fact.carrier
        from joined
        inner join order_fact on joined.order_id = order_fact.order_id
    ),
    counted as (
        select rule_id, dimension, place, count(*) as orders
        from
            (unpivot placed on shop, warehouse, carrier into name dimension value place)
        group by rule_id, dimension, place
    )
select rule_id, dimension, place, orders
from counted
qualify
    row_number() over (partition by rule_id, dimension order by orders desc, place) = 1
order by rule_id, orders desc, dimension
