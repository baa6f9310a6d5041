select
    sid as erp_id,
    tid as order_id,
    from_milliseconds(created) as synced_at,
    case when ishalt = '1' or isexcep = '1' then 'on_hold' else sysstatus end as status,
    from_milliseconds(consigntime) as shipped_at,
    from_milliseconds(updtime) as updated_at
from trades
