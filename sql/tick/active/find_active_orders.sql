-- Where everything is evaluated: closed orders are never hit.
create or replace temp table affected as
select order_id from working.orders where is_active
