insert into snapshot.findings by name
select *
from main.findings
