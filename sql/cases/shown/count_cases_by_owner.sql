-- The live cases by owner. What they are worth is told a currency each, the largest
-- first: two currencies are never one figure.
with
    worth as (
        select owner, currency, sum(amount_at_risk)::decimal(38, 4) as amount
        from cases
        where resolved_at is null
        group by owner, currency
    ),
    amounts as (
        select
            owner,
            string_agg(
                concat_ws(' ', round(amount, 2)::decimal(38, 2), currency),
                ', '
                order by amount desc, currency
            ) as amounts
        from worth
        group by owner
    )
select
    cases.owner,
    count(*) as cases,
    count(*) filter (where cases.overdue_since is not null) as overdue,
    sum(cases.orders)::bigint as orders,
    any_value(amounts.amounts) as amounts,
    min(cases.opened_at) as oldest
from cases
inner join amounts on cases.owner = amounts.owner
where cases.resolved_at is null
group by cases.owner
order by overdue desc, cases desc, cases.owner
