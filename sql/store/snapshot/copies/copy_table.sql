create or replace table snapshot.{{ table }} as
select *
from main.{{ table }}
