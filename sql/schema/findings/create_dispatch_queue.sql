-- The active, paid, not yet outbound orders, most urgent first.
create table if not exists dispatch_queue (
    order_id varchar not null,
    priority bigint not null,
    intents varchar not null,
    promised_ship_at timestamptz,
    vip_level varchar,
    amount decimal(18, 4),
    reasons varchar not null
)
