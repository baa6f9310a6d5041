-- An instant that is evaluated again with nothing new was counted as it was before.
update rule_results
set
    expectation = validated.expectation,
    gx_unexpected_count = validated.gx_unexpected_count,
    gx_orders = greatest(rule_results.gx_orders, validated.gx_orders)
from validated
where rule_results.rule_id = validated.rule_id and rule_results.as_of = $as_of
