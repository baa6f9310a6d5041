-- Per key the version that counts then, by its place in the table.
-- The version without updated_at is older than any with it.
create or replace temp table {{ places }} as
with
    ranked_loads as (
{% include "store/loads/select_ranked_loads.sql" %}
    )
select
    arg_max(
        version.rowid,
{% if is_versioned %}
            coalesce(epoch_us(version.updated_at), -9000000000000000000)::hugeint
            * 9223372036854775808
            +
{% endif %}
        loads.load_rank
        + version.source_row
    ) as version_id
from feeds.{{ feed }} as version
{% if slice %}
    semi join
    {{ slice.table }} as slice
        on {% for column in slice.columns %} version.{{ column }} {{ "is not distinct from" if column in may_be_empty else "=" }} slice.{{ column }} {{ "and" if not loop.last }} {% endfor %}
{% endif %}
inner join ranked_loads as loads on loads.load_number = version.seen_load_number
where
    $as_of is not null
{% if occurs_at %} and version.{{ occurs_at }} <= $as_of {% endif %}
{% if is_versioned %} and coalesce(version.updated_at <= $as_of, true) {% endif %}
group by {% for column in key %} version.{{ column }} {{ "," if not loop.last }} {% endfor %}
