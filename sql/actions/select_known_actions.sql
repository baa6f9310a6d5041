-- Actions of findings that are open now, those that are not over, and those that may
-- still be in effect; only of the last two where nothing is open.
select actions.*
from actions
left join causes using (order_id, rule_id)
where
    causes.rule_id is not null
    or actions.state in ('proposed', 'approved', 'sent', 'unknown')
    or list_contains($lasting::varchar[], actions.type)
order by actions.proposed_at, actions.action_id
