-- What one action would be sent as; or what would be sent now if it were live, the
-- oldest first.
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
where
    {% if is_one %} action_id = $action_id
    {% else %} state = 'approved' and payload is not null
    {% endif %}
order by proposed_at, action_id
