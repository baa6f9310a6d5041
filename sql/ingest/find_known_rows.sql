-- The arriving rows of which the store has a row with the same key and updated_at.
-- What was loaded long before has another updated_at, and is passed over in pieces.
create or replace temp table known_rows as
select source_row
from typed_rows as arriving
where
    exists (
        select 1
        from feeds.{{ feed }} as version
        where {% for column in version_key %} version.{{ column }} = arriving.{{ column }} {{ "and" if not loop.last }} {% endfor %}
    )
{% if is_versioned %}
    union all
    select source_row
    from typed_rows as arriving
    where
        updated_at is null
        and exists (
            select 1
            from feeds.{{ feed }} as version
            where
                version.updated_at is null
    {% for column in key %}
                    and version.{{ column }} = arriving.{{ column }}
    {% endfor %}
        )
{% endif %}
