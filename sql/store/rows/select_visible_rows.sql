-- The rows in a table of places. Later instants have not happened yet, and words of
-- other systems mean what somebody said that they mean.
select
    {% for column in columns %}
        {% if column in maskable %}
            case when {{ column }} <= $as_of then {{ column }} end as {{ column }},
        {% elif meanings.get(column) %}
            case
                {{ column }}
                {% for word, meaning in meanings[column].items() %}
                    when {{ word | literal }} then {{ meaning | literal }}
                {% endfor %}
                else {{ column }}
            end as {{ column }},
        {% else %} {{ column }},
        {% endif %}
    {% endfor %}
from feeds.{{ feed }}
where
    $as_of is not null
    and rowid in (
        select version_id
        from {{ places }}
        {% if chunk is not none %} where chunk = {{ chunk }} {% endif %}
    )
