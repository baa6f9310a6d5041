create table if not exists {{ database }}.response_times (
    rule_id varchar not null,
    owner varchar not null,
    week date not null,
    step varchar not null,
    cases bigint not null,
    waiting bigint not null,
    median_minutes double,
    p90_minutes double
)
