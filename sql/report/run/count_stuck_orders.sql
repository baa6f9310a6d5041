select
    findings.rule_id,
    case
        when order_fact.paid_at is null
        then 'paid'
        when order_fact.erp_synced_at is null
        then 'in_erp'
        when order_fact.printed_at is null
        then 'printed'
        when order_fact.outbound_at is null
        then 'outbound'
        when order_fact.picked_up_at is null
        then 'picked_up'
        else 'delivered'
    end as next_step,
    count(*) as orders
from findings
inner join order_fact on findings.order_id = order_fact.order_id
where
    findings.explained_by is null
    and findings.first_seen_at <= $as_of::timestamptz
    and (findings.resolved_at is null or findings.resolved_at > $as_of::timestamptz)
group by all
