select
    coalesce(tid_str, tid) as order_id,
    title as shop,
    coalesce(nullif(buyer_open_uid, ''), unless_masked(buyer_nick)) as buyer_id,
    created as placed_at,
    status,
    payment as amount,
    'CNY' as currency,
    receiver_name as receiver,
    coalesce(nullif(receiver_mobile, ''), receiver_phone) as phone,
    receiver_state as province,
    receiver_city as city,
    receiver_district as district,
    concat_ws(' ', receiver_town, receiver_address) as street,
    contains(receiver_address, '*') as address_masked,
    buyer_message as remark,
    nullif(delivery_time, '') as promised_ship_at,
    modified as updated_at
from trades
