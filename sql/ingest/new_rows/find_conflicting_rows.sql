-- The rows whose key belongs to another owner: to that of the rows that are there, else
-- to that of the first arriving row that names one.
create or replace temp table conflicting_rows as
with
    arriving as (
        select source_row, {{ key | join(", ") }}, {{ owner }} as owner
        from typed_rows
        where {{ owner }} is not null
    ),
    there as (
        select {{ key | join(", ") }}, any_value(version.{{ owner }}) as owner
        from feeds.{{ feed }} as version
        semi join arriving using ({{ key | join(", ") }})
        where version.{{ owner }} is not null
        group by all
    ),
    first_ones as (
        select {{ key | join(", ") }}, arg_min(owner, source_row) as owner
        from arriving
        group by {{ key | join(", ") }}
        having min(owner) <> max(owner)
    ),
    owned as (
        select *
        from there
        union all
        select *
        from first_ones anti join there using ({{ key | join(", ") }})
    )
select arriving.source_row
from arriving
inner join owned using ({{ key | join(", ") }})
where arriving.owner <> owned.owner
