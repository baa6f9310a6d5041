-- What people had said when the store was last evaluated, as the log had it: entries of
-- exceptions.yml, which have no number, and those of the desk.
create table if not exists {{ database }}.said (
    entry bigint,
    said_at timestamptz not null,
    who varchar not null,
    kind varchar not null,
    rule_id varchar,
    about varchar not null,
    value varchar,
    until timestamptz,
    why varchar not null,
    what varchar,
    undone_at timestamptz
)
