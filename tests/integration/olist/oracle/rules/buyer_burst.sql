with
    span as (
        select first_order.buyer_id, first_order.placed_at as starts_at
        from order_life as first_order
        cross join clock
        join
            order_life as other
            on other.buyer_id = first_order.buyer_id
            and other.placed_at >= first_order.placed_at
            and other.placed_at <= first_order.placed_at + interval 10 minutes
            and other.placed_at <= as_of
        group by first_order.order_id, first_order.buyer_id, first_order.placed_at
        having count(*) >= 5
    )
select distinct active_order.order_id
from active_order
join
    span
    on span.buyer_id = active_order.buyer_id
    and active_order.placed_at >= span.starts_at
    and active_order.placed_at <= span.starts_at + interval 10 minutes
