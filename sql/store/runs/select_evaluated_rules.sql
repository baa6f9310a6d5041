select rule_id
from rule_results
where outcome <> 'unknown' and as_of = (select any_value(as_of) from order_fact)
order by rule_id
