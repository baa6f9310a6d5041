create or replace temp table evaluated as
select order_id, true as is_affected
from affected
union all
select order_id, false as is_affected
from lasting
