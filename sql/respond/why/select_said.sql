-- What was said by some entries of the desk's log.
select entry, who, why, said_at, until, what
from said
where entry in (select unnest($entries))
