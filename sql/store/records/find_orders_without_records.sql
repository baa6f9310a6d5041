-- Orders that were written since an evaluation and have no records: what was loaded of
-- them before had not happened yet.
create or replace temp table looked_at as
select placed.order_id
from working.orders as placed
anti join
    snapshot.working.records as known
    on md5_number_lower(placed.order_id) = known.order_hash
where placed.changed_in > $published
