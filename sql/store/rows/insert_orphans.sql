-- A record may have named another order before: what counts is the order that it
-- names now.
insert into working.orphans by name
select *
from new_rows
{% if only_touched %} semi join touched using (order_id) {% endif %}
anti join working.orders using (order_id)
