with
    shipped_by_erp as (
        select coalesce(picked_up_at <= as_of, false) as has_scan
        from active_order
        where processed_at <= as_of and outbound_at <= as_of - interval 6 hours
    )
select
    case
        when count(*) >= 20 and count(*) filter (where has_scan) * 100 < count(*) * 90
        then 'hit'
        else 'no_hit'
    end
from shipped_by_erp
