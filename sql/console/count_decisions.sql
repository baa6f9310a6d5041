select decision, count(*) as decisions
from alert_decisions
group by decision
order by decisions desc
