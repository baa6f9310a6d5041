-- A row is a line. What a line costs is what stands in its columns; a pending or
-- cancelled order has no prices.
with
    told as (
        select
            "amazon-order-id" as order_id,
            coalesce(min("sales-channel"), 'Amazon') || case
                when min("fulfillment-channel") = 'Amazon' then ' (FBA)' else ''
            end as shop,
            min("purchase-date") as placed_at,
            min("order-status") as status,
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
            min(currency) as currency,
            min("ship-state") as province,
            min("ship-city") as city,
            min("last-updated-date") as updated_at,
            source_file,
            min(source_line) as source_line,
            max(rowid) as place
        from reported
        group by "amazon-order-id", source_file
    ),
    promised as (
        select "order-id" as order_id, min("promise-date") as promised_ship_at
        from unshipped
        group by "order-id"
    )
select
    told.order_id,
    shop,
    placed_at,
    status,
    amount,
    currency,
    province,
    city,
    true as address_masked,
    promised_ship_at,
    updated_at,
    source_file,
    source_line
from told
left join promised on promised.order_id = told.order_id
order by place
