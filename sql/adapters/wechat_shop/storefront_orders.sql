select
    order_id,
    nullif(openid, '') as buyer_id,
    from_seconds(create_time) as placed_at,
    status,
    from_hundredths("order_detail.price_info.order_price") as amount,
    'CNY' as currency,
    "order_detail.delivery_info.address_info" ->> '$.user_name' as receiver,
    "order_detail.delivery_info.address_info" ->> '$.tel_number' as phone,
    "order_detail.delivery_info.address_info" ->> '$.province_name' as province,
    "order_detail.delivery_info.address_info" ->> '$.city_name' as city,
    "order_detail.delivery_info.address_info" ->> '$.county_name' as district,
    concat_ws(
        ' ',
        "order_detail.delivery_info.address_info" ->> '$.detail_info',
        nullif("order_detail.delivery_info.address_info" ->> '$.house_number', '')
    ) as street,
    contains(
        "order_detail.delivery_info.address_info" ->> '$.detail_info', '*'
    ) as address_masked,
    "order_detail.ext_info.customer_notes" as remark,
    from_seconds(
        list_min(
            list_filter(
                list_transform(
                    each_of("order_detail.product_infos", '$'),
                    lambda line:try_cast(line ->> '$.delivery_deadline' as bigint)
                ),
                lambda deadline:deadline > 0
            )
        )::varchar
    ) as promised_ship_at,
    from_seconds(update_time) as updated_at
from orders
