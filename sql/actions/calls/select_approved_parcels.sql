-- What would be sent now if it were live, the oldest first.
select
    sink,
    action_id,
    idempotency_key,
    type,
    order_id,
    rule_id,
    case_id,
    proposed_at,
    payload::varchar as payload
from actions
where state = 'approved' and payload is not null
order by proposed_at, action_id
