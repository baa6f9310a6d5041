-- What order_fact shows of the orders that were written after one evaluation. An
-- address is
-- known by its secret hash: those who have it see which orders share one, and not
-- which one.
select
    * exclude ({{ hidden | join(", ") }}) replace (
        case
            when address_number is not null
            then left(sha256($secret || address_number), 24)
        end as address_key
    )
from working.orders
where changed_in > {{ changed_after }}
