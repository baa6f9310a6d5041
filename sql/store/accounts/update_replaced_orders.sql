update snapshot.working.replaced_orders
set orders = orders + $orders
