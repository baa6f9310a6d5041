-- The number and the instant of the evaluation that a snapshot shows.
select number, as_of from working.evaluation
