select count(distinct({{ key | join(", ") }}, 0))
from feeds.{{ feed }}
where
    $as_of is not null
    {% if occurs_at %} and {{ occurs_at }} <= $as_of {% endif %}
    {% if is_versioned %} and coalesce(updated_at <= $as_of, true) {% endif %}
