select
    shop,
    buyer_id,
    placed_at,
    paid_at,
    erp_synced_at,
    printed_at,
    outbound_at,
    picked_up_at,
    delivered_at,
    amount,
    currency,
    status_storefront,
    is_active
from order_fact
where order_id = $order_id
