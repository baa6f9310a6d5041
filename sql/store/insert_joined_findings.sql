insert into findings by name
select *
from joined_findings
order by order_id nulls last, rule_id
