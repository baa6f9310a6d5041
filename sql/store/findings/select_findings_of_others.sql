-- The open findings that count in the score, of all rules but one.
select order_id, rule_id
from findings
where
    state = 'open'
    and rule_id <> $rule_id
    and rule_id in (
        select rule_id
        from rule_results
        where outcome <> 'unknown' and as_of = (select max(as_of) from rule_results)
    )
