select
    coalesce("Payment Reference", "Name") as payment_id,
    "Name" as order_id,
    "Paid at" as paid_at,
    "Total" as amount,
    "Payment Method" as method,
    lower("Financial Status") as status
from exported
where "Financial Status" is not null
