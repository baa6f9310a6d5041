create or replace table snapshot.working.orders as
select *
from working.orders
