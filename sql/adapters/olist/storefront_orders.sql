with
    basket as (
        select
            order_id,
            sum(
                try_cast(price as decimal(18, 2))
                + try_cast(freight_value as decimal(18, 2))
            ) as amount,
            max(nullif(shipping_limit_date, '')) as promised_ship_at
        from olist_order_items_dataset
        group by order_id
    ),
    charged as (
        select order_id, sum(try_cast(payment_value as decimal(18, 2))) as amount
        from olist_order_payments_dataset
        group by order_id
    ),
    exported_word(order_status, status) as (
        values
            ('approved', 'paid'),
            ('processing', 'to_ship'),
            ('invoiced', 'to_ship'),
            ('unavailable', 'to_ship'),
            ('canceled', 'cancelled')
    ),
    -- The step breaks ties: of two versions of one instant, the later row counts.
    version as (
        select
            order_id,
            1 as step,
            'created' as status,
            order_purchase_timestamp as updated_at
        from olist_orders_dataset
        union all
        select order_id, 2, 'paid', order_approved_at
        from olist_orders_dataset
        where order_approved_at <> ''
        union all
        select order_id, 3, 'shipped', order_delivered_carrier_date
        from olist_orders_dataset
        where order_delivered_carrier_date <> ''
        union all
        select order_id, 4, 'delivered', order_delivered_customer_date
        from olist_orders_dataset
        where order_delivered_customer_date <> ''
        union all
        -- The export says what an order became, not when: after all known dates.
        select
            order_id,
            5,
            coalesce(exported_word.status, orders.order_status),
            cast(
                greatest(
                    try_cast(order_purchase_timestamp as timestamp),
                    try_cast(order_approved_at as timestamp),
                    try_cast(order_delivered_carrier_date as timestamp),
                    try_cast(order_delivered_customer_date as timestamp)
                )
                + interval 1 second as varchar
            )
        from olist_orders_dataset as orders
        left join exported_word using (order_status)
    )
select
    orders.order_id,
    'olist' as shop,
    customers.customer_unique_id as buyer_id,
    orders.order_purchase_timestamp as placed_at,
    version.status,
    cast(coalesce(basket.amount, charged.amount) as decimal(18, 2)) as amount,
    'BRL' as currency,
    customers.customer_state as province,
    customers.customer_city as city,
    true as address_masked,
    basket.promised_ship_at,
    version.updated_at
from olist_orders_dataset as orders
join version using (order_id)
left join olist_customers_dataset as customers using (customer_id)
left join basket using (order_id)
left join charged using (order_id)
order by orders.order_id, version.step
