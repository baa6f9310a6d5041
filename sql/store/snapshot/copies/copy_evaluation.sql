create or replace table snapshot.working.evaluation as
select *
from working.evaluation
