create or replace table snapshot.working.buyers as
select *
from working.buyers
