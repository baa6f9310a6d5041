-- Rows that equal the version which already counts for their key and updated_at.
-- A file that repeats a key may go back and forth: all its rows of that key are new.
create or replace temp table repeated_rows as
with
    arriving as (
        select *
        from typed_rows semi join known_rows using (source_row)
        qualify count(*) over (partition by {{ version_key | join(", ") }}) = 1
    ),
    counting as (
        select version.*, version.rowid as version_row, loads.order_key
        from feeds.{{ feed }} as version
        inner join feeds.loads as loads on loads.load_number = version.seen_load_number
        where version.rowid in (select version_row from known_rows)
        qualify
            row_number() over (
                partition by {% for column in version_key %} version.{{ column }} {{ "," if not loop.last }} {% endfor %}
                order by loads.order_key desc, version.seen_load_number desc, version.source_row desc
            )
            = 1
    )
select
    arriving.source_row,
    counting.version_row,
    counting.order_key < $order_key as is_from_earlier_file
from arriving
inner join known_rows using (source_row)
inner join counting using (version_row)
where
{% for column in columns %}
        counting.{{ column }} is not distinct from arriving.{{ column }} {{ "and" if not loop.last }}
{% endfor %}
