select ticket.*
from ticket
cross join clock
where opened_at <= as_of and (closed_at is null or closed_at > as_of)
