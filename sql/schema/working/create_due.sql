-- When time alone makes a rule hit an order, if nothing else happens to it.
create table if not exists working.due (
    order_id varchar not null, due_at timestamptz not null
)
