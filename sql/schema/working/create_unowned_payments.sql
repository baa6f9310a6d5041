-- The payments that name an order which the storefront does not know.
create table if not exists working.unowned_payments (
    payment_id varchar not null, order_id varchar not null
)
