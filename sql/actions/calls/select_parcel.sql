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
where action_id = $action_id
