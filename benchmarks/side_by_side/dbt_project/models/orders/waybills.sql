select
    waybill_no,
    min(event_at) filter (is_scan) as first_scan_at,
    max(event_at) filter (is_scan) as last_scan_at,
    min(event_at) filter (status = 'delivered') as delivered_at,
    bool_or(status in ('delivered', 'returned', 'lost')) as is_finished,
    bool_or(status = 'returned') as is_returned
from
    (
        select
            waybill_no,
            event_at,
            status,
            status in (
                'picked_up',
                'in_transit',
                'out_for_delivery',
                'delivered',
                'exception',
                'returning',
                'returned',
                'lost'
            ) as is_scan
        from {{ ref("own_events") }}
    )
group by waybill_no
