select order_id, null::varchar as explained_by
from {{ ref("order_fact") }}
where
    is_active
    and not is_masked
    and first_outbound_at is null
    and picked_up_at is null
    and not (has_door and is_phone_valid)
