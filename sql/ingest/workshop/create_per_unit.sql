-- What one of several pieces cost; what cannot be divided stays as it is.
create or replace temp macro per_unit(total, quantity) as coalesce(
    try_cast(
        round(try_cast(total as decimal(18, 4)) / nullif(try_cast(quantity as decimal(18, 4)), 0), 4) as decimal(18, 4)
    )::varchar,
    total
)
