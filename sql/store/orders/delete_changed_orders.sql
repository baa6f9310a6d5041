delete from snapshot.working.orders
where order_id in (select order_id from working.orders where changed_in > $published)
