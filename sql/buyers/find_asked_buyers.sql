-- The buyers of whom something else may be known than at the evaluation before: those
-- of touched orders, as they were and as they are; those of orders that people
-- judged; and who orders to an address, or with a phone, that may have begun or
-- ceased to be shared. It has not where more buyers share it than touched orders may
-- have brought.
create or replace temp table asked_buyers as
with
    touched_now as (
        select order_id, buyer_number{% for key in keys %}, {{ key }}_number {% endfor %}
        from working.orders semi join touched using (order_id)
    ),
    numbers as (
        select buyer_number
        from touched_before
        where buyer_number is not null
        union
        select buyer_number
        from touched_now
        where buyer_number is not null
    )
{% for key in keys %}
        ,
        touched_{{ key }} as (
            select {{ key }}_number
            from touched_before
            where {{ key }}_number is not null
            union
            select {{ key }}_number
            from touched_now
            where {{ key }}_number is not null
        ),
        arrived_{{ key }} as (
            select {{ key }}_number, count(*) as orders
            from touched_now
            group by {{ key }}_number
        ),
        turning_{{ key }} as (
            select orders.{{ key }}_number
            from working.orders as orders
            semi join touched_{{ key }} using ({{ key }}_number)
            left join arrived_{{ key }} using ({{ key }}_number)
            where orders.buyer_number is not null
            group by orders.{{ key }}_number
            having count(distinct orders.buyer_number) - coalesce(max(arrived_{{ key }}.orders), 0) < 2
        )
{% endfor %}
select buyer_id
from working.orders
where
    buyer_id is not null
    and (
        buyer_number in (select buyer_number from numbers)
{% for key in keys %}
            or {{ key }}_number in (select {{ key }}_number from turning_{{ key }})
{% endfor %}
    )
union
select buyer_id
from working.buyers
where buyer_number in (select buyer_number from numbers)
union
select orders.buyer_id
from working.orders as orders
semi join judged_orders using (order_id)
where orders.buyer_id is not null
