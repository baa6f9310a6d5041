insert into snapshot.working.buyers
select *
from working.buyers
where changed_in > $published
