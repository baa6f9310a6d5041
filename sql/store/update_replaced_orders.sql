update snapshot.working.replaced
set orders = orders + $orders
