-- Read where it lies, and as text only where a text is asked for. Whole numbers that
-- were stored as floats, as identifiers beside a null often are, keep their digits;
-- beyond what the float holds exactly they show it, as 2.02611e+17. Zones are fixed, so
-- that no session changes them.
create or replace temp view staged_parquet as
select
{% for column in columns %}
    {% if column.kind in ("DOUBLE", "FLOAT") %}
        case
            when {{ column.source | identifier }} = trunc({{ column.source | identifier }})
                and abs({{ column.source | identifier }}) < {{ 16777216 if column.kind == "FLOAT" else 9007199254740992 }}
            then try_cast({{ column.source | identifier }} as bigint)::varchar
            when abs({{ column.source | identifier }}) >= {{ 16777216 if column.kind == "FLOAT" else 9007199254740992 }}
                and isfinite({{ column.source | identifier }})
            then format('{:.17e}', {{ column.source | identifier }}::double)
            else {{ column.source | identifier }}::varchar
        end
    {% elif column.kind == "TIMESTAMP WITH TIME ZONE" %}
        ({{ column.source | identifier }} at time zone 'UTC')::varchar || 'Z'
    {% else %}
        {{ column.source | identifier }}::varchar
    {% endif %}
    as c{{ loop.index }},
    {{ column.source | identifier }} as n{{ loop.index }},
{% endfor %}
    file_row_number,
    nullif(
        concat_ws(
            ', ',
            null
{% for column in columns if column.is_wrong_type %}
                , case when {{ column.source | identifier }} is not null then {{ column.source | literal }} end
{% endfor %}
        ),
        ''
    ) as wrong_types
from read_parquet({{ path | literal_path }}, binary_as_string = true, file_row_number = true)
