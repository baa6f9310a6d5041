with
    local_life as (
        select
            orders.order_id,
            customers.customer_unique_id as buyer_id,
            orders.order_status,
            items.order_id is not null as has_items,
            strptime(orders.order_purchase_timestamp, '%Y-%m-%d %H:%M:%S') as purchase,
            strptime(orders.order_approved_at, '%Y-%m-%d %H:%M:%S') as approval,
            strptime(
                orders.order_delivered_carrier_date, '%Y-%m-%d %H:%M:%S'
            ) as handover,
            strptime(
                orders.order_delivered_customer_date, '%Y-%m-%d %H:%M:%S'
            ) as arrival
        from olist_orders_dataset as orders
        join olist_customers_dataset as customers using (customer_id)
        left join
            (select distinct order_id from olist_order_items_dataset) as items using (
                order_id
            )
    ),
    life as (
        select
            order_id,
            buyer_id,
            timezone('America/Sao_Paulo', purchase) as placed_at,
            timezone('America/Sao_Paulo', approval) as paid_at,
            timezone('America/Sao_Paulo', handover) as handed_over_at,
            timezone('America/Sao_Paulo', arrival) as arrived_at,
            timezone(
                'America/Sao_Paulo',
                greatest(purchase, approval, handover, arrival) + interval 1 second
            ) as exported_at,
            order_status = 'canceled' as is_cancelled,
            has_items and approval is not null as is_processed
        from local_life
    )
select
    order_id,
    buyer_id,
    placed_at,
    paid_at,
    case when is_cancelled then exported_at end as cancelled_at,
    case when is_processed then paid_at end as processed_at,
    case when is_processed then handed_over_at end as outbound_at,
    case
        when is_processed and handed_over_at >= placed_at then handed_over_at
    end as picked_up_at,
    case when is_processed then arrived_at end as delivered_at
from life
