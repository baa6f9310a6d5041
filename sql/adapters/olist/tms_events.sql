with
    shipment as (
        select order_id, order_delivered_carrier_date, order_delivered_customer_date
        from olist_orders_dataset
        semi join olist_order_items_dataset using (order_id)
        where order_approved_at <> ''
    ),
    event as (
        select
            order_id,
            1 as step,
            order_delivered_carrier_date as event_at,
            'picked_up' as status
        from shipment
        where order_delivered_carrier_date <> ''
        union all
        select order_id, 2, order_delivered_customer_date, 'delivered'
        from shipment
        where order_delivered_customer_date <> ''
    )
select order_id as waybill_no, order_id, event_at, status
from event
order by order_id, step
