-- The addresses that some published keys stand for.
select distinct
    address_key, left(sha256($secret || address_number), 24) as published_key
from working.orders
where
    address_number is not null
    and list_contains($keys::varchar[], left(sha256($secret || address_number), 24))
