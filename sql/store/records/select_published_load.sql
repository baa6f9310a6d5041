-- The newest load that a snapshot knows of.
select load_number from snapshot.working.evaluation
