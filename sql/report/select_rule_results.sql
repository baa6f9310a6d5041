select rule_id, outcome, evaluated, open, explained, weight
from rule_results
where as_of = $as_of::timestamptz
