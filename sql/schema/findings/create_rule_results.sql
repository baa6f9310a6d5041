create table if not exists rule_results (
    as_of timestamptz not null,
    rule_id varchar not null,
    outcome varchar not null,
    evaluated bigint not null,
    open bigint not null,
    explained bigint not null,
    weight decimal(9, 6) not null,
    expectation json,
    gx_unexpected_count bigint,
    blindness json
)
