create or replace table order_fact as
select * exclude (open_tickets, was_ever_paid, is_refunded, is_returned, first_outbound_at)
from new_order_fact
order by order_id
