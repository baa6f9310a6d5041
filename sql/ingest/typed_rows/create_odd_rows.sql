-- The rows that are not plain in every column, read with care, and what is wrong with
-- them: `faults` has a column, a blank and a fault for every value that is, missing
-- ones first. Of rows that are not good no more is kept. What reads a value is
-- planned at length, so each step is named once. Coalesce keeps the condition from
-- becoming a semi join: DuckDB takes held records for a single one, and would build
-- the table of the join of them all.
create or replace temp table odd_rows as
with
    written as (
        select
{{ row_number }} as source_row,
{% for column in columns %}
    {{ column.written }} as {{ column.name }},
{% endfor %}
            wrong_types is null as has_right_types
        from {{ relation }} as staged
        where coalesce({{ row_number }} in (select source_row from odd_places), false)
    ),
    careful as (
        select
            source_row,
            has_right_types,
{% for column in columns %}
    {{ column.read }} as {{ column.name }},
    {% if column.is_required or column.kind %}
            written.{{ column.name }} is null as {{ column.name }}_is_empty,
    {% endif %}
    {% if column.says_none %}
        {{ column.says_none }} as {{ column.name }}_says_none,
    {% endif %}
    {% if column.kind %}
        {{ column.kind }} as {{ column.name }}_kind,
    {% endif %}
{% endfor %}
        from written
    ),
    judged as (
        select
            *,
            concat_ws(
                ',',
                ''
{% for column in columns if column.is_required %}
                ,
                case
                    when {{ column.name }}_is_empty
                    then '{{ column.name }} missing_value'
    {% if column.says_none %}
                    when {{ column.name }}_says_none
                    then '{{ column.name }} says_none'
    {% endif %}
                end
{% endfor %}
{% for column in columns if column.kind %}
                ,
                case
                    when
    {{ column.name }} is null
                        and not {{ column.name }}_is_empty
    {% if column.says_none %}
                        and not {{ column.name }}_says_none
    {% endif %}
                    then '{{ column.name }} ' || {{ column.name }}_kind
                end
{% endfor %}
            ) as faults
        from careful
    )
select
    source_row,
{% for column in columns %}
    case when has_right_types and faults = '' then {{ column.name }} end as {{ column.name }},
{% endfor %}
    ltrim(faults, ',') as faults,
    has_right_types and faults = '' as is_good
from judged
