-- Orders that were written since an evaluation and have no records: what was loaded of
-- them before had not happened yet.
create or replace temp table looked_at as
select order_id
from working.orders
where
    changed_in > $published
    and md5_number_lower(order_id) not in (select order_hash from snapshot.working.records)
