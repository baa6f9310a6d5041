-- What the policy looked at just before an instant.
select about, name, arg_max_null(fact, as_of)::varchar as fact
from working.alert_facts
where as_of < $as_of
group by about, name
having fact is not null
