-- Whose rows arrive, and whose are there: one alone can be in no conflict.
select count(distinct owner)
from
    (
        select {{ owner }} as owner
        from typed_rows
        union all
        select distinct {{ owner }} as owner
        from feeds.{{ feed }}
    )
