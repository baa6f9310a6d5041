insert into snapshot.working.orders by name
select *
from working.orders
where changed_in > $published
