create or replace temp table staged as
select
{% for keys in spellings.values() %}
    coalesce(
    {% for key in keys %} exact_text(line, {{ ("$." ~ (key | identifier)) | literal }}) {{ "," if not loop.last }}
    {% endfor %}
    ) as c{{ loop.index }},
{% endfor %}
    nullif(
        concat_ws(
            ', ',
            null
{% for name, keys in spellings.items() %}
    {% for key in keys %}
                ,
                case
                    when
                        json_type(line, {{ ("$." ~ (key | identifier)) | literal }}) in ('OBJECT', 'ARRAY')
        {% if name in statuses %}
                        or json_type(line, {{ ("$." ~ (key | identifier)) | literal }})
                        not in ('VARCHAR', 'NULL')
        {% endif %}
                    then '{{ name }}'
                end
    {% endfor %}
{% endfor %}
        ),
        ''
    ) as wrong_types,
    record,
    line::varchar as source
from staged_objects
order by record
