-- Active orders that are not among some others, those with the fewest findings first.
select fact.order_id
from order_fact as fact
left join findings as found on fact.order_id = found.order_id and found.state = 'open'
where fact.is_active and not list_contains($but::varchar[], fact.order_id)
group by all
order by count(found.rule_id), fact.order_id
limit $at_most
