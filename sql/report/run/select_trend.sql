select
    health_score.as_of,
    health_score.score,
    health_score.confidence,
    health_score.profile,
    changed.score_by_earlier_rules
from health_score
left join profile_changes as changed on health_score.as_of = changed.as_of
where health_score.as_of <= $as_of::timestamptz
order by health_score.as_of desc
limit $runs
