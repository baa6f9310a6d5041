select order_life.*, as_of
from order_life
cross join clock
where
    placed_at <= as_of
    and (cancelled_at is null or cancelled_at > as_of)
    and (
        delivered_at is null
        or delivered_at >= as_of - interval 168 hours
        or order_id in (select order_id from open_ticket)
    )
