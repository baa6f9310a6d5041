-- The line breaks within the values of staged records.
select
    coalesce(
        sum(
            {% for column in columns %}
                case
                    when contains({{ column }}, chr(10))
                    then len({{ column }}) - len(replace({{ column }}, chr(10), ''))
                    else 0
                end {{ "+" if not loop.last }}
            {% endfor %}
        ),
        0
    )::bigint
from {{ table }}
