select
    io_id as shipment_id,
    so_id as order_id,
    wms_co_id as warehouse,
    nullif(io_date, '') as outbound_at,
    coalesce(nullif(logistics_company, ''), lc_id) as carrier,
    nullif(l_id, '') as waybill_no,
    case
        when status = 'WaitConfirm' and is_print_express = 'true'
        then 'printed'
        else status
    end as status,
    modified as updated_at
from outbound
