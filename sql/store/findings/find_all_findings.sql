create or replace temp table reassessed as
select rowid as finding
from findings
