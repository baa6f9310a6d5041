create or replace view order_fact as
select
    orders.* exclude (
        open_tickets,
        was_ever_paid,
        is_refunded,
        is_returned,
        first_outbound_at,
        overdue_shipment_id,
        overdue_warehouse,
        overdue_printed_at,
        overdue_printed_at_not_on_hold,
        stalled_shipment_id,
        stalled_waybill_no,
        stalled_carrier,
        stalled_since,
        not_received_tickets,
        not_received_opened_at,
        changed_in
    ),
    evaluation.as_of
from working.orders as orders
cross join working.evaluation as evaluation
