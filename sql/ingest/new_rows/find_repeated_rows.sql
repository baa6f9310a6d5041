-- Rows that equal the version which already counts for their key and updated_at.
-- A file that repeats a key may go back and forth: all its rows of that key are new.
create or replace temp table repeated_rows as
with
    ranked_loads as (
{% include "store/loads/select_ranked_loads.sql" %}
    ),
    arriving as (
        select *
        from typed_rows semi join known_rows using (source_row)
        qualify count(*) over (partition by {{ version_key | join(", ") }}) = 1
    ),
    counting as (
        select
            known.source_row,
            arg_max(known.version_row, loads.load_rank + version.source_row) as version_row
        from known_rows as known
        inner join feeds.{{ feed }} as version on version.rowid = known.version_row
        inner join ranked_loads as loads on loads.load_number = version.seen_load_number
        group by known.source_row
    )
select
    arriving.source_row,
    counting.version_row,
    loads.order_key < $order_key as is_from_earlier_file
from arriving
inner join counting using (source_row)
inner join feeds.{{ feed }} as version on version.rowid = counting.version_row
inner join feeds.loads as loads on loads.load_number = version.seen_load_number
where
{% for column in columns %}
        version.{{ column }} is not distinct from arriving.{{ column }} {{ "and" if not loop.last }}
{% endfor %}
