-- What the findings say because of which actions are new.
select
    new_actions.action_id,
    coalesce(findings.evidence::varchar, '{}') as evidence,
    findings.first_seen_at
from new_actions
left join findings using (order_id, rule_id)
