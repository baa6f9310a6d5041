select as_of, subject, channel, decision, reason, len(cases) as cases
from alert_decisions
where ($decision::varchar is null or decision = $decision::varchar)
order by as_of desc, subject, channel
limit $at_most
