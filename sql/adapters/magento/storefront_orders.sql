with
    told as (
        select
            *,
            each_of("extension_attributes.shipping_assignments", '$')[1]
            -> '$.shipping.address' as address
        from orders
    )
select
    increment_id as order_id,
    string_split(store_name, chr(10))[1] as shop,
    coalesce(customer_id, md5(lower(customer_email))) as buyer_id,
    created_at as placed_at,
    case
        when status in ('fraud', 'paypal_reversed') then 'on_hold' else state
    end as status,
    grand_total as amount,
    order_currency_code as currency,
    concat_ws(' ', address ->> '$.firstname', address ->> '$.lastname') as receiver,
    address ->> '$.telephone' as phone,
    address ->> '$.region' as province,
    address ->> '$.city' as city,
    array_to_string(
        list_transform(each_of(address::varchar, '$.street'), lambda part:part ->> '$'),
        ' '
    ) as street,
    updated_at,
    source_file,
    source_line
from told
