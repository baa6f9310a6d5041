-- The order lines that prices are compared over: those of lately placed orders.
create table if not exists working.placed_lines (
    order_id varchar not null using compression uncompressed,
    sku varchar not null,
    currency varchar not null,
    quantity decimal(18, 4) not null,
    unit_price decimal(18, 4) not null,
    placed_at timestamptz not null,
    is_active boolean not null
)
