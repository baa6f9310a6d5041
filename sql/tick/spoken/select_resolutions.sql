-- When the findings that verdicts are about were over, now or before.
select order_id, rule_id, resolved_at
from working.resolutions
semi join asked_findings using (order_id, rule_id)
union
select order_id, rule_id, resolved_at
from findings
semi join asked_findings using (order_id, rule_id)
where resolved_at is not null
