-- What holds first says the status: a refund, a cancellation, a hold, then how far it
-- is.
select
    order_sn as order_id,
    created_time as placed_at,
    case
        when refund_status = '4'
        then 'closed'
        when confirm_status = '2' or group_status = '2'
        then 'cancelled'
        when risk_control_status = '1'
        then 'on_hold'
        when confirm_status = '0'
        then 'created'
        when group_status = '0'
        then 'paid'
        else order_status
    end as status,
    pay_amount as amount,
    'CNY' as currency,
    receiver_name_mask as receiver,
    receiver_phone_mask as phone,
    province,
    city,
    town as district,
    address_mask as street,
    contains(address_mask, '*') as address_masked,
    buyer_memo as remark,
    nullif(last_ship_time, '') as promised_ship_at,
    updated_at
from orders
