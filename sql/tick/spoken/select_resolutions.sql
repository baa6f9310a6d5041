-- When the findings that verdicts are about were over, now or before. Those about the
-- system as a whole have no order.
select over.order_id, over.rule_id, over.resolved_at
from working.resolutions as over
semi join
    asked_findings as asked
    on over.rule_id = asked.rule_id
    and over.order_id is not distinct from asked.order_id
union
select over.order_id, over.rule_id, over.resolved_at
from findings as over
semi join
    asked_findings as asked
    on over.rule_id = asked.rule_id
    and over.order_id is not distinct from asked.order_id
where over.resolved_at is not null
