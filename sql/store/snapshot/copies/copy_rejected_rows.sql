create or replace table snapshot.rejected_rows as
select * exclude (rejected_row)
from masked_rejected_rows
