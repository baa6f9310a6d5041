-- Whom customer service should speak to, and on which day.
create table if not exists customer_care (
    buyer_id varchar not null,
    kind varchar not null,
    "on" date not null,
    order_id varchar,
    detail varchar
)
