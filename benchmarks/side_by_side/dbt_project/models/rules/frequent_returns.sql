with
    returned as (
        select order_id, buyer_id, requested_at, is_active
        from {{ ref("stg_returns") }}
        inner join {{ ref("order_fact") }} using (order_id)
    )
select distinct order_id, null::varchar as explained_by
from returned
where
    is_active
    and buyer_id in (
        select buyer_id
        from returned
        where requested_at >= '{{ var("as_of") }}'::timestamptz - interval 30 day
        group by buyer_id
        having count(*) >= 3
    )
