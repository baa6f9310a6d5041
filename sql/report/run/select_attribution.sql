with
    this_run as (
        select dimension, value, points
        from score_attribution
        where as_of = $as_of::timestamptz
    ),
    previous_run as (
        select dimension, value, points
        from score_attribution
        where as_of = $previous_as_of::timestamptz
    )
select
    coalesce(this_run.dimension, previous_run.dimension) as dimension,
    coalesce(this_run.value, previous_run.value) as value,
    coalesce(this_run.points, 0) as points,
    case
        when $previous_as_of::timestamptz is not null
        then coalesce(previous_run.points, 0)
    end as previous_points
from this_run
full join
    previous_run
    on this_run.dimension = previous_run.dimension
    and this_run.value = previous_run.value
order by points desc, value
