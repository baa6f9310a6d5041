-- What the tables of the present stand for: the instant, the newest load they know of,
-- and a fingerprint of everything else that they depend on. Evaluations are numbered;
-- what was published after number complete_since knows every order that has gone since.
-- Another store, or this one before a backup was put back, has the same numbers: the
-- names in lineage, of this evaluation and of those before it, are its own.
create table if not exists working.evaluation (
    as_of timestamptz not null,
    load_number integer not null,
    fingerprint varchar not null,
    number bigint not null,
    complete_since bigint not null,
    lineage varchar[] not null
)
