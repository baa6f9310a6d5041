-- An order's columns stand on its first row. The first condition that holds says the
-- status.
with
    told as (
        select
            "Name" as order_id,
            "Vendor" as shop,
            md5(lower("Email")) as buyer_id,
            "Created at" as placed_at,
            "Paid at" as paid_at,
            "Fulfilled at" as shipped_at,
            "Cancelled at" as cancelled_at,
            lower("Financial Status") as money,
            lower("Fulfillment Status") as goods,
            "Total" as amount,
            "Currency" as currency,
            "Shipping Name" as receiver,
            coalesce("Shipping Phone", "Phone") as phone,
            coalesce("Shipping Province Name", "Shipping Province") as province,
            "Shipping City" as city,
            "Shipping Street" as street,
            "Notes" as remark,
            source_file,
            source_line
        from exported
        where "Total" is not null or "Financial Status" is not null
    ),
    judged as (
        select
            *,
            case
                when cancelled_at is not null and money in ('voided', 'pending')
                then 'cancelled'
                when cancelled_at is not null or money = 'refunded'
                then 'closed'
                when goods = 'fulfilled'
                then 'shipped'
                when money in ('paid', 'partially_refunded')
                then 'to_ship'
                when money in ('pending', 'authorized', 'partially_paid', 'expired')
                then 'created'
                else money
            end as exported_status
        from told
    ),
    versions as (
        select *, 'created' as status, placed_at as updated_at
        from judged
        where coalesce(paid_at, shipped_at, cancelled_at) is not null
        union all
        select *, 'to_ship' as status, paid_at as updated_at
        from judged
        where paid_at is not null and coalesce(shipped_at, cancelled_at) is not null
        union all
        select
            *,
            exported_status as status,
            coalesce(cancelled_at, shipped_at, paid_at, placed_at) as updated_at
        from judged
    )
select
    order_id,
    shop,
    buyer_id,
    placed_at,
    status,
    amount,
    currency,
    receiver,
    phone,
    province,
    city,
    street,
    remark,
    updated_at,
    source_file,
    source_line
from versions
