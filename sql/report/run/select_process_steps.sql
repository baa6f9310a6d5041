-- How long the steps take that any order takes, and where nothing moves: of the newest
-- evaluation, which the process is told of alone.
select
    dimension,
    value,
    from_step,
    to_step,
    median_minutes,
    p90_minutes,
    waiting_now,
    oldest_waiting_since,
    stands_still_since
from process_steps
where
    (dimension = 'overall' or stands_still_since is not null)
    and exists (from working.evaluation where as_of = $as_of::timestamptz)
