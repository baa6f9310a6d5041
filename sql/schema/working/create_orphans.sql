-- The records that name an order which the storefront does not know.
create table if not exists working.orphans (
    kind varchar not null,
    feed varchar not null,
    key varchar not null,
    order_id varchar not null,
    since timestamptz,
    amount decimal(18, 4)
)
