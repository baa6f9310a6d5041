select * from {{ table | identifier }} where order_id = $order_id limit 1000
