insert into actions by name
select *
from changed_actions
