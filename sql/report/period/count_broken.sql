-- What rules found in a period: cases that opened or came back in it, and orders that
-- joined one.
select
    cases.rule_id,
    count(distinct cases.case_id) as cases,
    count(distinct joined.order_id) as orders,
    count(distinct cases.case_id) filter (
        where cases.resolved_at is null or cases.resolved_at > $as_of::timestamptz
    ) as standing
from cases
left join
    case_orders as joined
    on cases.case_id = joined.case_id
    and joined.joined_at > $since::timestamptz
    and joined.joined_at <= $as_of::timestamptz
where
    cases.state <> 'false_alarm'
    and cases.opened_at <= $as_of::timestamptz
    and (
        coalesce(cases.reopened_at, cases.opened_at) > $since::timestamptz
        or joined.order_id is not null
    )
group by cases.rule_id
order by orders desc, cases desc, cases.rule_id
