select order_id, rule_id from findings where state = 'open'
