with
    live as (
        select *
        from {{ ref("order_fact") }}
        where not is_dead and address_key is not null and basket is not null
    )
select
    one.order_id,
    if(
        bool_and(
            coalesce(one.address_changed_at > other.placed_at, false)
            or coalesce(other.address_changed_at > one.placed_at, false)
        ),
        'address_changed',
        null
    ) as explained_by
from live as one
inner join live as other using (buyer_id, basket, address_key)
where
    one.is_active
    and one.order_id <> other.order_id
    and one.placed_at
    between other.placed_at
    - interval 30 minute and other.placed_at
    + interval 30 minute
group by one.order_id
