-- Evaluations before which another profile of the rules was in force, and the score
-- that the earlier rules give to the same orders.
create table if not exists profile_changes (
    as_of timestamptz not null,
    profile_before varchar not null,
    profile varchar not null,
    score_by_earlier_rules decimal(5, 2)
)
