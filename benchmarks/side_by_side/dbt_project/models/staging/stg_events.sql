select waybill_no, order_id, status, event_at::timestamptz as event_at
from {{ source("feeds", "tms_events") }}
where event_at::timestamptz <= '{{ var("as_of") }}'::timestamptz
qualify row_number() over (partition by waybill_no, event_at, status) = 1
