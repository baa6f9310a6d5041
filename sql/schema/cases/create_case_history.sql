create table if not exists {{ database }}.case_history (
    case_id varchar not null,
    "at" timestamptz not null,
    who varchar,
    what varchar not null,
    before varchar,
    after varchar,
    why varchar,
    entry bigint
)
