select
    merchant_trade_no as order_id,
    nullif(openid, '') as buyer_id,
    from_seconds(trade_create_time) as placed_at,
    order_state as status,
    from_hundredths(paid_amount) as amount,
    'CNY' as currency,
    from_seconds(
        coalesce(
            list_max(
                list_transform(
                    each_of("shipping.shipping_list", '$'),
                    lambda parcel:try_cast(parcel ->> '$.upload_time' as bigint)
                )
            )::varchar,
            pay_time,
            trade_create_time
        )
    ) as updated_at
from orders
