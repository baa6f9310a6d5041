-- The rules that the score of the breach was made of, by the first evaluation from then
-- on whose details are kept, and those that cost points at some time since; when all
-- details were thinned out, the causes that the message names.
with
    since as (
        select min(as_of) as first_kept
        from rule_results
        where as_of >= $opened_at and as_of < $as_of
    )
select rule_results.rule_id
from rule_results
inner join since on rule_results.as_of = since.first_kept
where rule_results.outcome <> 'unknown'
union
select score_attribution.value
from score_attribution
where
    score_attribution.dimension = 'rule'
    and score_attribution.points > 0
    and score_attribution.as_of >= $opened_at
    and score_attribution.as_of < $as_of
union
select unnest(from_json(alerts.payload -> '$.causes[*].rule_id', '["varchar"]'))
from alerts
where
    coalesce(alerts.payload ->> '$.subject', 'score') = 'score'
    and alerts.kind = 'breach'
    and alerts.as_of = $opened_at
