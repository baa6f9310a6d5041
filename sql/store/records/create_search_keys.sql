-- By what orders are looked for besides their ids: waybills, buyers, and the last four
-- digits of phones.
create or replace table snapshot.working.search_keys (
    key_hash ubigint not null, key varchar not null, kind varchar not null, order_id varchar not null
)
