create table if not exists top_orders (
    as_of timestamptz not null,
    rank bigint not null,
    order_id varchar not null,
    p double not null,
    amount decimal(18, 4)
)
