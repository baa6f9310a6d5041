create or replace temp table wanting_orders as
select {{ columns | join(", ") }}
from working.orders
where (is_active and outbound_at is null) or (status_storefront = 'created' and not was_ever_paid)
