select
    this_run.step,
    this_run.orders,
    this_run.rate_of_previous as rate,
    previous_run.rate_of_previous as previous_run_rate
from system_funnel as this_run
left join
    system_funnel as previous_run
    on this_run.step = previous_run.step
    and previous_run.as_of = $previous_as_of::timestamptz
where this_run.as_of = $as_of::timestamptz
