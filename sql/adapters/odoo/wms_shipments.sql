select
    pickings.name as shipment_id,
    coalesce(
        nullif(numbers.client_order_ref, 'false'), erp_numbers.order_id
    ) as order_id,
    case when pickings.state = 'done' then pickings.date_done end as outbound_at,
    case
        when pickings.carrier_id <> 'false' then pickings.carrier_id ->> '$[1]'
    end as carrier,
    nullif(pickings.carrier_tracking_ref, 'false') as waybill_no,
    case
        when pickings.state = 'assigned'
        then case when pickings.printed = 'true' then 'printed' else 'received' end
        else pickings.state
    end as status,
    pickings.write_date as updated_at,
    pickings.source_file,
    pickings.source_line
from pickings
left join
    (
        select name, max(client_order_ref) as client_order_ref from orders group by name
    ) as numbers
    on numbers.name = pickings.origin
left join erp_numbers on erp_numbers.erp_id = pickings.origin and numbers.name is null
where
    pickings.picking_type_code = 'outgoing'
    and coalesce(pickings.return_id, 'false') = 'false'
order by pickings.rowid
