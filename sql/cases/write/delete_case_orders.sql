delete from case_orders
using changed_stays
where
    case_orders.case_id = changed_stays.case_id
    and case_orders.order_id = changed_stays.order_id
    and case_orders.joined_at = changed_stays.joined_at
