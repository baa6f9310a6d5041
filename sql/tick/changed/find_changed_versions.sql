-- All versions of the keys of a feed that changed. Found by the key alone: the other
-- columns are read of few rows.
create or replace temp table versions_of_{{ feed }} as
select {{ columns | join(", ") }}
from feeds.{{ feed }}
where
    rowid in (
        select version.rowid
        from feeds.{{ feed }} as version
        semi join
            changed_{{ feed }} as changed
            on {% for column in key %} version.{{ column }} {{ "is not distinct from" if column in may_be_empty else "=" }} changed.{{ column }} {{ "and" if not loop.last }} {% endfor %}
    )
