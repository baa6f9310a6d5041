-- No time is written as the year 1 or 1970. Cash on delivery (payType 1) is money
-- that nobody has confirmed yet.
with
    told as (
        select *, starts_with(coalesce("paymentConfirmTime", ''), '20') as is_confirmed
        from searched
    )
select
    "orderId" as payment_id,
    "orderId" as order_id,
    case when is_confirmed then "paymentConfirmTime" end as paid_at,
    coalesce(nullif("orderPayment", ''), "orderTotalPrice") as amount,
    case when "payType" = '1' then 'cash_on_delivery' else "payType" end as method,
    case when is_confirmed then 'succeeded' else 'pending' end as status,
    coalesce(nullif(modified, ''), "orderStartTime") as updated_at,
    source_file,
    source_line
from told
where is_confirmed or "payType" = '1'
