{{ config(materialized="external", location=var("findings")) }}
with
    found as (
        select order_id, 'buyer_burst' as rule_id, explained_by
        from {{ ref("buyer_burst") }}
        union all
        select order_id, 'duplicate_order' as rule_id, explained_by
        from {{ ref("duplicate_order") }}
        union all
        select order_id, 'false_delivery' as rule_id, explained_by
        from {{ ref("false_delivery") }}
        union all
        select order_id, 'frequent_returns' as rule_id, explained_by
        from {{ ref("frequent_returns") }}
        union all
        select order_id, 'incomplete_address' as rule_id, explained_by
        from {{ ref("incomplete_address") }}
        union all
        select order_id, 'low_price' as rule_id, explained_by
        from {{ ref("low_price") }}
        union all
        select order_id, 'outbound_overdue' as rule_id, explained_by
        from {{ ref("outbound_overdue") }}
        union all
        select order_id, 'paid_not_in_erp' as rule_id, explained_by
        from {{ ref("paid_not_in_erp") }}
        union all
        select order_id, 'pickup_gap' as rule_id, explained_by
        from {{ ref("pickup_gap") }}
        union all
        select order_id, 'shared_address' as rule_id, explained_by
        from {{ ref("shared_address") }}
        union all
        select order_id, 'tracking_stalled' as rule_id, explained_by
        from {{ ref("tracking_stalled") }}
    )
select
    order_id,
    rule_id,
    if(explained_by is null, 'open', 'explained') as state,
    explained_by
from found
order by order_id nulls last, rule_id
