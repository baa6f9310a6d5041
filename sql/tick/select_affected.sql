select order_id, order_id in (select order_id from touched) as is_touched from affected
