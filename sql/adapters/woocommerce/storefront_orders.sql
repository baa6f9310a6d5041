select
    coalesce(number, id) as order_id,
    coalesce(
        nullif(customer_id, '0'), md5(lower(nullif(billing ->> '$.email', '')))
    ) as buyer_id,
    date_created_gmt as placed_at,
    status,
    total as amount,
    currency,
    concat_ws(
        ' ',
        nullif(shipping ->> '$.first_name', ''),
        nullif(shipping ->> '$.last_name', '')
    ) as receiver,
    coalesce(nullif(shipping ->> '$.phone', ''), billing ->> '$.phone') as phone,
    shipping ->> '$.state' as province,
    shipping ->> '$.city' as city,
    concat_ws(
        ' ',
        nullif(shipping ->> '$.address_1', ''),
        nullif(shipping ->> '$.address_2', '')
    ) as street,
    customer_note as remark,
    date_modified_gmt as updated_at
from orders
where status not in ('checkout-draft', 'auto-draft', 'draft', 'new')
