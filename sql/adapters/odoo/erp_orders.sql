-- How far a confirmed order is, its deliveries tell: all gone, or some ready.
with
    parcels as (
        select
            origin,
            bool_and(state in ('done', 'cancel'))
            and bool_or(state = 'done') as is_gone,
            bool_or(state = 'assigned') as is_ready,
            max(case when state = 'done' then date_done end) as done_at,
            max(write_date) as changed_at
        from pickings
        where picking_type_code = 'outgoing' and coalesce(return_id, 'false') = 'false'
        group by origin
    )
select
    orders.name as erp_id,
    nullif(client_order_ref, 'false') as order_id,
    create_date as synced_at,
    case
        when state = 'sale' and is_gone
        then 'shipped'
        when state = 'sale' and is_ready
        then 'to_ship'
        else state
    end as status,
    case when state = 'sale' and is_gone then done_at end as shipped_at,
    greatest(write_date, changed_at) as updated_at,
    orders.source_file,
    orders.source_line
from orders
left join parcels on parcels.origin = orders.name
order by orders.rowid
