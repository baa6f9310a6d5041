select count(*) from order_life cross join clock where placed_at <= as_of
