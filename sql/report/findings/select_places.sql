select distinct {{ place }} as place
from order_fact
where {{ place }} is not null
order by place
