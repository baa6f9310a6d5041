select
    f.order_id,
    f.evidence,
    f.state,
    f.explained_by,
    f.first_seen_at,
    f.resolved_at,
    o.shop,
    o.warehouse,
    o.carrier,
    o.amount,
    o.stage
from findings as f
left join order_fact as o on f.order_id = o.order_id
where f.rule_id = $rule_id and list_contains($order_ids::varchar[], f.order_id)
order by f.resolved_at is not null, o.amount desc nulls last, f.order_id
