-- Unpaid dead orders shortly before the same basket was ordered again: the two
-- nearest before it are forgiven.
with
    aimed as (
        select
            order_id,
            placed_at,
            is_dead and not was_ever_paid as is_try,
            first_value(
                if(
                    is_dead and not was_ever_paid,
                    null,
                    {'order_id':order_id, 'placed_at':placed_at}
                )
                ignore nulls
            ) over (
                partition by buyer_id, basket
                order by placed_at, order_id
                rows between current row and unbounded following
            ) as target
        from {{ ref("order_fact") }}
        where basket is not null
    )
select order_id
from aimed
where is_try and target.placed_at <= placed_at + interval 60 minute
qualify
    row_number() over (partition by target.order_id order by placed_at desc, order_id)
    <= 2
