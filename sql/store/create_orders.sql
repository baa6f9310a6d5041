create or replace table working.orders as
select *
from new_orders
