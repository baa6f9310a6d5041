-- How many orders of the snapshot were replaced since it was copied as a whole.
create table snapshot.working.replaced_orders as
select 0::bigint as orders
