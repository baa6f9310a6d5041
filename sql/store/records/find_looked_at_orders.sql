-- The orders whose records people look at: active ones, and those of which something
-- was found.
create or replace temp table looked_at as
select order_id
from working.orders
where is_active
union
select order_id
from main.findings
where order_id is not null
