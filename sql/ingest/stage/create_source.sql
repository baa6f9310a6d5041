create table {{ view | identifier }} as
select *
from arriving
