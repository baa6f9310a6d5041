-- The score of an instant: of the last evaluation before it that has one, within a day.
select as_of, score
from health_score
where
    score is not null
    and as_of <= $instant::timestamptz
    and as_of > $instant::timestamptz - interval 1 day
order by as_of desc
limit 1
