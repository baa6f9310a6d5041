-- Looked up by their places: of few orders few columns' blocks are read.
select * exclude (changed_in)
from working.orders
where
    is_active
    and rowid in (
        select fact.rowid
        from working.orders as fact
        semi join affected using (order_id)
    )
