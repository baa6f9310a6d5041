-- The open findings of orders, and how often each was found anew: its episode.
with
    over_before as (
        select order_id, rule_id, count(*) as times
        from working.resolutions
        where order_id is not null
        group by order_id, rule_id
    )
select
    findings.order_id,
    findings.rule_id,
    null::varchar as case_id,
    coalesce(over_before.times, 0) + 1 as episode
from findings
left join over_before using (order_id, rule_id)
where
    findings.state = 'open'
    and findings.order_id is not null
    and list_contains($rules::varchar[], findings.rule_id)
