select {{ columns | join(", ") }}
from actions
where
    ($state::varchar is null or state = $state)
    and ($type::varchar is null or type = $type)
    and ($order_id::varchar is null or order_id = $order_id)
    and ($case_id::varchar is null or case_id = $case_id)
    and ($idempotency_key::varchar is null or idempotency_key = $idempotency_key)
    and (
        $action_ids::varchar[] is null
        or list_contains($action_ids::varchar[], action_id)
    )
order by proposed_at desc, action_id
limit $at_most::bigint
