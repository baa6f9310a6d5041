-- What the policy looked at, by its changes up to the end of a span of time.
select as_of, about, name, fact::varchar as fact
from working.alert_facts
where as_of <= $stop
order by as_of
