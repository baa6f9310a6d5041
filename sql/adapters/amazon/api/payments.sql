select
    amazonorderid as payment_id,
    amazonorderid as order_id,
    purchasedate as paid_at,
    "OrderTotal.Amount" as amount,
    'amazon' as method,
    'succeeded' as status,
    lastupdatedate as updated_at
from orders
where orderstatus in ('Unshipped', 'PartiallyShipped', 'Shipped', 'InvoiceUnconfirmed')
