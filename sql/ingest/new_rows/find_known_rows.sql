-- The arriving rows of which the store has rows with the same key and updated_at, and
-- where these are. What was loaded long before has another updated_at, and is passed
-- over in pieces.
create or replace temp table known_rows as
select arriving.source_row, version.rowid as version_row
from typed_rows as arriving
inner join
    feeds.{{ feed }} as version
    on {% for column in version_key %} version.{{ column }} {{ "is not distinct from" if column in may_be_empty else "=" }} arriving.{{ column }} {{ "and" if not loop.last }} {% endfor %}
{% if is_versioned %}
    union all
    select arriving.source_row, version.rowid as version_row
    from typed_rows as arriving
    inner join
        feeds.{{ feed }} as version
        on {% for column in key %} version.{{ column }} {{ "is not distinct from" if column in may_be_empty else "=" }} arriving.{{ column }} {{ "and" if not loop.last }} {% endfor %}
    where arriving.updated_at is null and version.updated_at is null
{% endif %}
