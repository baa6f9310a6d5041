-- A buyer who urges the shipping.
select
    order_sn || '-urge' as ticket_id,
    order_sn as order_id,
    urge_shipping_time as opened_at,
    'urge' as kind
from orders
where nullif(urge_shipping_time, '') is not null
