-- What two systems disagree about, a record each.
create table if not exists reconciliation_breaks (
    kind varchar not null,
    feed varchar not null,
    key varchar not null,
    order_id varchar not null,
    since timestamptz,
    amount decimal(18, 4)
)
