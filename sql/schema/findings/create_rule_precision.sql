-- How often people found a rule right, by the newest verdict on each finding.
create table if not exists {{ database }}.rule_precision (
    rule_id varchar not null,
    confirmed bigint not null,
    false_alarms bigint not null,
    precision_share double not null,
    low double not null,
    high double not null,
    is_noisy boolean not null,
    proposed_operator varchar,
    proposed_figure double,
    false_alarms_lost bigint
)
