-- How many orders have the same set of open findings as an order of the TOP5.
with
    sets as (
        select order_id, list_sort(list(distinct rule_id)) as rules
        from findings
        where
            order_id is not null
            and explained_by is null
            and first_seen_at <= $as_of::timestamptz
            and (resolved_at is null or resolved_at > $as_of::timestamptz)
        group by order_id
    ),
    counts as (select rules, count(*) as orders from sets group by rules)
select top_orders.order_id, counts.orders
from top_orders
inner join sets on top_orders.order_id = sets.order_id
inner join counts on sets.rules = counts.rules
where top_orders.as_of = $as_of::timestamptz
