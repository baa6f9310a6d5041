select
    "orderId" as order_id,
    "orderStartTime" as placed_at,
    "orderState" as status,
    coalesce(nullif("orderPayment", ''), "orderTotalPrice") as amount,
    'CNY' as currency,
    "consigneeInfo" ->> '$.fullname' as receiver,
    coalesce(
        nullif("consigneeInfo" ->> '$.mobile', ''), "consigneeInfo" ->> '$.telephone'
    ) as phone,
    "consigneeInfo" ->> '$.province' as province,
    "consigneeInfo" ->> '$.city' as city,
    "consigneeInfo" ->> '$.county' as district,
    "consigneeInfo" ->> '$.fullAddress' as street,
    contains("consigneeInfo" ->> '$.fullAddress', '*') as address_masked,
    "orderRemark" as remark,
    coalesce(nullif(modified, ''), "orderStartTime") as updated_at
from searched
