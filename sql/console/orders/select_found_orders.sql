-- How the orders stand that a search found.
select
    fact.order_id,
    fact.placed_at,
    fact.amount,
    fact.currency,
    fact.shop,
    fact.status_storefront,
    fact.is_active,
    count(findings.rule_id) filter (where findings.state = 'open') as open
from order_fact as fact
left join findings on findings.order_id = fact.order_id
where fact.order_id in (select unnest($order_ids::varchar[]))
group by all
order by open desc, fact.placed_at desc
