select
    order_id,
    kind,
    opened_at::timestamptz as opened_at,
    coalesce(
        closed_at::timestamptz > '{{ var("as_of") }}'::timestamptz, true
    ) as is_open
from {{ source("feeds", "feedback") }}
where opened_at::timestamptz <= '{{ var("as_of") }}'::timestamptz
qualify row_number() over (partition by ticket_id) = 1
