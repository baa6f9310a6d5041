delete from findings
where order_id is null or order_id in (select order_id from affected)
