create or replace temp table staged as
select
{% for column in columns %}
    {{ column | identifier }}::varchar as c{{ loop.index }}, {% endfor %}
{% if has_record %} record::bigint as record, {% endif %}
    null::varchar as wrong_types
from {{ relation }}
