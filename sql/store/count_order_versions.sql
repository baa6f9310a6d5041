select count(*) from feeds.storefront_orders
