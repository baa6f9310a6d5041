-- The orders that were replaced since the snapshot was copied as a whole, as a share
-- of all.
select replaced.orders / greatest((select count(*) from snapshot.working.orders), 1)
from snapshot.working.replaced_orders as replaced
