select
    name as order_id,
    coalesce("customer.id", md5(lower(email))) as buyer_id,
    created_at as placed_at,
    case
        when
            cancelled_at is not null
            and lower(financial_status) in ('voided', 'pending')
        then 'cancelled'
        when cancelled_at is not null or lower(financial_status) = 'refunded'
        then 'closed'
        when lower(fulfillment_status) = 'fulfilled'
        then 'shipped'
        when lower(financial_status) in ('paid', 'partially_refunded')
        then 'to_ship'
        when
            lower(financial_status)
            in ('pending', 'authorized', 'partially_paid', 'expired')
        then 'created'
        else financial_status
    end as status,
    total_price as amount,
    currency,
    shipping_address ->> '$.name' as receiver,
    coalesce(shipping_address ->> '$.phone', phone) as phone,
    shipping_address ->> '$.province' as province,
    shipping_address ->> '$.city' as city,
    concat_ws(
        ' ',
        shipping_address ->> '$.address1',
        nullif(shipping_address ->> '$.address2', '')
    ) as street,
    note as remark,
    updated_at
from orders
