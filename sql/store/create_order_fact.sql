create or replace view order_fact as
select
    orders.* exclude (
        open_tickets, was_ever_paid, is_refunded, is_returned, first_outbound_at, changed_in
    ),
    evaluation.as_of
from working.orders as orders
cross join working.evaluation as evaluation
