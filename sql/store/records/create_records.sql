-- Every version of the records of orders, masked. Sorted by order_hash where many were
-- written at once, so that one order is found without looking through all.
create or replace table snapshot.working.records (
    order_hash ubigint not null,
    order_id varchar not null,
    feed varchar not null,
    record varchar not null,
    true_since timestamptz,
    loaded_at timestamptz not null,
    content json
)
