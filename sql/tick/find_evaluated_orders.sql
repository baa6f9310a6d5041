create or replace temp table evaluated as
select order_id from affected
union all
select order_id from lasting
