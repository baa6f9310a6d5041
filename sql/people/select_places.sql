-- Where orders have been: the shops, warehouses or carriers of all orders.
select distinct {{ column }} from order_fact where {{ column }} is not null order by 1
