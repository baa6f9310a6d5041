-- Of the orders that are active, or reached a step within a window up to now, what the
-- process is measured by.
select {{ columns | join(", ") }}
from working.orders
where is_active or greatest({{ instants | join(", ") }}) >= $since
