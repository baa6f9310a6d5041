-- When findings were over that have been found anew since: a false alarm does not
-- explain
-- these. Those that are over now say so themselves.
create table if not exists working.resolutions (
    order_id varchar,
    rule_id varchar not null,
    resolved_at timestamptz not null
)
