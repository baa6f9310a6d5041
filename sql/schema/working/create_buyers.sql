-- Every buyer as their known orders show them. Whoever has a number is looked up by it;
-- changed_in is the evaluation that wrote the row.
create table if not exists working.buyers (
    buyer_id varchar not null,
    orders bigint not null,
    spend decimal(38, 4),
    cancelled_rate double not null,
    unpaid_rate double,
    return_rate double,
    shared_addresses bigint,
    shared_phones bigint,
    bursts bigint not null,
    confirmed bigint not null,
    false_alarms bigint not null,
    risk double not null,
    level varchar not null,
    reasons varchar not null,
    buyer_number ubigint not null,
    changed_in bigint not null
)
