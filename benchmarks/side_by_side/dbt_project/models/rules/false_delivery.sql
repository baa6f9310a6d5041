select distinct order_id, null::varchar as explained_by
from {{ ref("stg_tickets") }}
inner join {{ ref("order_fact") }} using (order_id)
where
    is_active and is_open and kind = 'not_received' and opened_at >= delivery_claimed_at
