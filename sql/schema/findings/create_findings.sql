-- Ids and evidence are not packed: a run replaces most of them.
create table if not exists {{ database }}.findings (
    order_id varchar using compression uncompressed,
    rule_id varchar not null,
    stage varchar not null,
    severity varchar not null,
    state varchar not null,
    explained_by varchar,
    evidence json using compression uncompressed,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    resolved_at timestamptz
)
