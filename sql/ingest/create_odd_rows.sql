-- The rows that are not plain in every column, read with care.
-- What reads a value is planned at length, so it is named once and asked by its name.
-- Coalesce keeps the condition from becoming a semi join: DuckDB takes held records for
-- a single one, and would build the table of the join of them all.
create or replace temp table odd_rows as
with
    careful as (
        select
{{ row_number }} as source_row,
            wrong_types is null as has_right_types,
{% for column in columns %}
    {{ column.read }} as {{ column.name }},
    {% if column.must_be_readable or column.is_required %}
            read_text({{ column.raw }}) is null as {{ column.name }}_is_empty,
    {% endif %}
{% endfor %}
        from {{ relation }} as staged
        where coalesce({{ row_number }} in (select source_row from odd_places), false)
    )
select
    source_row,
{% for column in columns %}
    {{ column.name }},
{% endfor %}
    has_right_types
{% for column in columns if column.must_be_readable %}
        and ({{ column.name }}_is_empty or {{ column.name }} is not null)
{% endfor %}
{% for column in columns if column.is_required %} and not {{ column.name }}_is_empty {% endfor %}
    as is_good
from careful
