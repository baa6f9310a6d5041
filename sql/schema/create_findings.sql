create table if not exists findings (
    order_id varchar,
    rule_id varchar not null,
    stage varchar not null,
    severity varchar not null,
    state varchar not null,
    explained_by varchar,
    evidence json,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    resolved_at timestamptz
)
