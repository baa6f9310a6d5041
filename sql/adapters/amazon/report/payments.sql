with
    told as (
        select
            "amazon-order-id" as order_id,
            min("purchase-date") as placed_at,
            sum(
                coalesce(try_cast("item-price" as decimal(18, 4)), 0)
                + coalesce(try_cast("item-tax" as decimal(18, 4)), 0)
                + coalesce(try_cast("shipping-price" as decimal(18, 4)), 0)
                + coalesce(try_cast("shipping-tax" as decimal(18, 4)), 0)
                + coalesce(try_cast("gift-wrap-price" as decimal(18, 4)), 0)
                + coalesce(try_cast("gift-wrap-tax" as decimal(18, 4)), 0)
                - abs(
                    coalesce(try_cast("item-promotion-discount" as decimal(18, 4)), 0)
                )
                - abs(
                    coalesce(try_cast("ship-promotion-discount" as decimal(18, 4)), 0)
                )
            )::varchar as amount,
            min("last-updated-date") as updated_at,
            source_file,
            min(source_line) as source_line,
            max(rowid) as place
        from reported
        where
            "order-status"
            in ('Unshipped', 'PartiallyShipped', 'Shipped', 'InvoiceUnconfirmed')
        group by "amazon-order-id", source_file
    )
select
    order_id as payment_id,
    order_id,
    placed_at as paid_at,
    amount,
    'amazon' as method,
    'succeeded' as status,
    updated_at,
    source_file,
    source_line
from told
order by place
