-- What the tables of the present stand for: the instant, the newest load they know of,
-- and a fingerprint of everything else that they depend on. Evaluations are numbered;
-- what was published after number complete_since knows every order that has gone since.
create table if not exists working.evaluation (
    as_of timestamptz not null,
    load_number integer not null,
    fingerprint varchar not null,
    number bigint not null,
    complete_since bigint not null
)
