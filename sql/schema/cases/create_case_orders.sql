create table if not exists {{ database }}.case_orders (
    case_id varchar not null,
    order_id varchar not null,
    joined_at timestamptz not null,
    left_at timestamptz,
    began_at timestamptz,
    due_at timestamptz,
    amount decimal(18, 4),
    currency varchar
)
