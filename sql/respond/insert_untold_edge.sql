insert into working.untold_edges by name
select $as_of as as_of, $kind as kind, $score as score
