select
    order_id,
    shop_name as shop,
    coalesce(nullif(doudian_open_id, ''), nullif(open_id, '')) as buyer_id,
    from_seconds(create_time) as placed_at,
    case
        when order_status = '4' and coalesce(pay_time, '0') = '0'
        then 'cancelled'
        when
            order_status = '3'
            and list_bool_and(
                list_transform(
                    each_of(sku_order_list, '$'),
                    lambda line:coalesce(
                        try_cast(line ->> '$.logistics_receipt_time' as bigint), 0
                    )
                    > 0
                )
            )
        then 'delivered'
        else order_status
    end as status,
    from_hundredths(
        case when coalesce(pay_time, '0') = '0' then order_amount else pay_amount end
    ) as amount,
    'CNY' as currency,
    mask_post_receiver as receiver,
    mask_post_tel as phone,
    coalesce(mask_post_addr, post_addr) ->> '$.province.name' as province,
    coalesce(mask_post_addr, post_addr) ->> '$.city.name' as city,
    coalesce(mask_post_addr, post_addr) ->> '$.town.name' as district,
    concat_ws(
        ' ',
        coalesce(mask_post_addr, post_addr) ->> '$.street.name',
        coalesce(mask_post_addr, post_addr) ->> '$.detail'
    ) as street,
    contains(coalesce(mask_post_addr, post_addr) ->> '$.detail', '*') as address_masked,
    buyer_words as remark,
    from_seconds(exp_ship_time) as promised_ship_at,
    from_seconds(update_time) as updated_at
from orders
