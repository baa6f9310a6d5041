select distinct active_order.order_id
from active_order
join
    open_ticket
    on open_ticket.order_id = active_order.order_id
    and open_ticket.kind = 'not_received'
    and open_ticket.opened_at >= active_order.delivered_at
where active_order.delivered_at <= active_order.as_of
