-- What is done about findings in other systems: once per order, rule, episode and type.
create table if not exists {{ database }}.actions (
    action_id varchar not null,
    idempotency_key varchar not null,
    case_id varchar,
    order_id varchar not null,
    rule_id varchar not null,
    type varchar not null,
    state varchar not null,
    sink varchar,
    attempts bigint not null,
    last_error varchar,
    proposed_at timestamptz not null,
    approved_by varchar,
    sent_at timestamptz,
    confirmed_at timestamptz,
    expires_at timestamptz,
    payload json
)
