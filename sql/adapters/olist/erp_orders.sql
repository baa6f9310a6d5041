select
    order_id as erp_id,
    order_id,
    order_approved_at as synced_at,
    case
        when order_delivered_carrier_date <> '' then 'shipped' else 'approved'
    end as status,
    order_delivered_carrier_date as shipped_at
from olist_orders_dataset
semi join olist_order_items_dataset using (order_id)
where order_approved_at <> ''
order by order_id
