select
    owner,
    count(*) as cases,
    count(*) filter (where overdue_since is not null) as overdue,
    sum(orders)::bigint as orders,
    sum(amount_at_risk)::decimal(38, 4) as amount,
    min(opened_at) as oldest
from cases
where resolved_at is null
group by owner
order by overdue desc, cases desc, owner
