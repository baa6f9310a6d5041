with
    told as (
        select
            *,
            try_cast(replace("Amount", ',', '') as decimal(18, 4)) as charged,
            try_cast(
                replace("Amount Refunded", ',', '') as decimal(18, 4)
            ) as given_back
        from exported
    )
select
    id as payment_id,
    coalesce("order_id (metadata)", client_reference_id) as order_id,
    "Created date (UTC)" as paid_at,
    coalesce(charged::varchar, "Amount") as amount,
    'stripe' as method,
    case
        when "Status" = 'Paid' and given_back >= charged and charged > 0
        then 'refunded'
        when "Status" = 'Paid' and given_back > 0
        then 'partially_refunded'
        else "Status"
    end as status,
    source_file,
    source_line
from told
