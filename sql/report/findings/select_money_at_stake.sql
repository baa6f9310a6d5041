-- Of a rule that is unknown in the run nobody has seen whether its findings still hold.
select
    order_fact.currency,
    count(*) as orders,
    sum(order_fact.amount)::decimal(38, 4) as amount
from order_fact
semi join
    (
        select findings.order_id
        from findings
        inner join
            rule_results
            on findings.rule_id = rule_results.rule_id
            and rule_results.as_of = $as_of::timestamptz
            and rule_results.outcome <> 'unknown'
        where
            findings.explained_by is null
            and findings.first_seen_at <= $as_of::timestamptz
            and (
                findings.resolved_at is null
                or findings.resolved_at > $as_of::timestamptz
            )
    ) as at_stake
    on order_fact.order_id = at_stake.order_id
group by order_fact.currency
order by orders desc, order_fact.currency
