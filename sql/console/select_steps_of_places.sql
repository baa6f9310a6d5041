-- How long the steps take at the places of one kind.
select
    value,
    from_step,
    to_step,
    orders,
    median_minutes,
    p90_minutes,
    waiting_now,
    oldest_waiting_since,
    stands_still_since
from process_steps
where dimension = $dimension and waiting_now > 0
order by stands_still_since is null, waiting_now desc, value
limit $at_most
