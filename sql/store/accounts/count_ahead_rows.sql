select
    count(*) as rows,
    max(
        greatest(
            {{ occurs_at or "null::timestamptz" }},
            {% if is_versioned %} updated_at
            {% else %} null::timestamptz
            {% endif %}
        )
    ) as until
from feeds.{{ feed }}
where
    $as_of is not null
    and not (
        true
        {% if occurs_at %} and {{ occurs_at }} <= $as_of {% endif %}
        {% if is_versioned %} and coalesce(updated_at <= $as_of, true) {% endif %}
    )
