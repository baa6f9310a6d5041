select rule_id, outcome, evaluated, open, explained, weight, blindness
from rule_results
where as_of = $as_of::timestamptz
