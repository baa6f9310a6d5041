select
    amazonorderid as order_id,
    coalesce(saleschannel, 'Amazon')
    || case when fulfillmentchannel = 'AFN' then ' (FBA)' else '' end as shop,
    purchasedate as placed_at,
    orderstatus as status,
    coalesce("OrderTotal.Amount", '0') as amount,
    "OrderTotal.CurrencyCode" as currency,
    shippingaddress ->> '$.Name' as receiver,
    shippingaddress ->> '$.Phone' as phone,
    shippingaddress ->> '$.StateOrRegion' as province,
    shippingaddress ->> '$.City' as city,
    shippingaddress ->> '$.AddressLine1' as street,
    shippingaddress ->> '$.AddressLine1' is null as address_masked,
    latestshipdate as promised_ship_at,
    lastupdatedate as updated_at
from orders
