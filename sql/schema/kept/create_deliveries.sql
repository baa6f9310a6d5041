create table if not exists deliveries(
    alert_id varchar not null,
    channel varchar not null,
    state varchar not null check (state in ('pending', 'sent', 'failed')),
    attempts integer not null,
    last_error varchar,
    sent_at timestamptz,
    next_attempt_at timestamptz,
    idempotency_key varchar not null,
    primary key (alert_id, channel)
)
