update rule_results
set expectation = validated.expectation, gx_unexpected_count = validated.gx_unexpected_count
from validated
where rule_results.rule_id = validated.rule_id and rule_results.as_of = $as_of
