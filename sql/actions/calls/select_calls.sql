-- The calls that wait for somebody, with the case that each belongs to.
select
    actions.action_id,
    actions.order_id,
    actions.rule_id,
    least(cases.due_at, actions.expires_at) as due_at
from actions
left join cases using (case_id)
where
    actions.type = 'call_customer'
    and actions.state in ('proposed', 'approved', 'sent', 'unknown')
    and actions.proposed_at <= $as_of
order by actions.proposed_at, actions.action_id
