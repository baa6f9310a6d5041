-- A condition and no anti join: DuckDB takes held records for a single one, and would
-- build the table of the join of them all. They are numbered below it, because it would
-- look for the distinct values of an expression first.
create or replace temp view typed_rows as
with numbered as (select *, {{ row_number }} as source_row from {{ relation }} as staged)
select
    source_row
{% for column in plain.columns %}
        , {{ column.read }} as {{ column.name }}
{% endfor %}
from numbered as staged
where
    true
{% if has_odd_rows %} and source_row not in (select source_row from odd_rows)
{% endif %}
{% if has_conflicts %} and source_row not in (select source_row from conflicting_rows)
{% endif %}
{% if has_odd_rows %}
    union all
    select * exclude (faults, is_good)
    from odd_rows
    where
        is_good
    {% if has_conflicts %} and source_row not in (select source_row from conflicting_rows)
    {% endif %}
{% endif %}
