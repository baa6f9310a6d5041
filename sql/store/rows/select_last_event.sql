select
    greatest(
        {% for column in instants %}
            max({{ column }}) filter (
                where {{ column }} <= $as_of
            ) {{ "," if not loop.last }}
        {% endfor %}
    ) as last_event_at
from feeds.{{ feed }}
