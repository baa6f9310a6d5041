create table snapshot.{{ table }} as
select *
from main.{{ table }}
