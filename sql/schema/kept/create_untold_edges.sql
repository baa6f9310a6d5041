-- Edges of the score that a change of the rules made alone, and that nobody was told
-- of.
create table if not exists working.untold_edges (
    as_of timestamptz not null,
    kind varchar not null,
    score decimal(5, 2) not null
)
