-- Where versions have the same updated_at, the one of the load with the higher rank
-- counts; load_rank + source_row ranks single rows. One number is compared, held and
-- spilled faster than a row.
select
    load_number, row_number() over (order by order_key, load_number) << 40 as load_rank
from feeds.loads
