insert into {{ view | identifier }}
select *
from arriving
