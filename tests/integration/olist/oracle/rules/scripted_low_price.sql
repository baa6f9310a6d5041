select order_id
from finding
where rule_id = 'low_price'
intersect
select order_id
from finding
where rule_id = 'buyer_burst'
