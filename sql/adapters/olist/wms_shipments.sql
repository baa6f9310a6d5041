with
    first_item as (
        select order_id, seller_id
        from olist_order_items_dataset
        where order_item_id = '1'
    )
select
    orders.order_id as shipment_id,
    orders.order_id,
    first_item.seller_id as warehouse,
    orders.order_approved_at as printed_at,
    orders.order_delivered_carrier_date as outbound_at,
    case
        when orders.order_delivered_carrier_date <> '' then orders.order_id
    end as waybill_no
from olist_orders_dataset as orders
semi join olist_order_items_dataset using (order_id)
left join first_item using (order_id)
where orders.order_approved_at <> ''
order by orders.order_id
