select
    orderid as order_id,
    coalesce(saleschannel ->> '$.marketplaceName', 'Amazon') || case
        when fulfillment ->> '$.fulfilledBy' = 'AMAZON' then ' (FBA)' else ''
    end as shop,
    createdtime as placed_at,
    fulfillment ->> '$.fulfillmentStatus' as status,
    coalesce("proceeds.grandTotal" ->> '$.amount', '0') as amount,
    "proceeds.grandTotal" ->> '$.currencyCode' as currency,
    "recipient.deliveryAddress" ->> '$.name' as receiver,
    "recipient.deliveryAddress" ->> '$.phone' as phone,
    "recipient.deliveryAddress" ->> '$.stateOrRegion' as province,
    "recipient.deliveryAddress" ->> '$.city' as city,
    concat_ws(
        ' ',
        "recipient.deliveryAddress" ->> '$.addressLine1',
        nullif("recipient.deliveryAddress" ->> '$.addressLine2', '')
    ) as street,
    "recipient.deliveryAddress" is null as address_masked,
    fulfillment ->> '$.shipByWindow.latestDateTime' as promised_ship_at,
    lastupdatedtime as updated_at
from found
