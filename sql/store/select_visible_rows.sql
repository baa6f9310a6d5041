-- Per key the version that counts then. Later instants have not happened yet.
with
    seen as (
        select version.*, loads.order_key
        from feeds.{{ feed }} as version
        {% if slice %}
            semi join
                {{ slice.table }} as slice using ({{ slice.columns | join(", ") }})
        {% endif %}
        inner join feeds.loads as loads on loads.load_number = version.seen_load_number
        where
            $as_of is not null
            {% if occurs_at %} and version.{{ occurs_at }} <= $as_of {% endif %}
            {% if is_versioned %}
                and coalesce(version.updated_at <= $as_of, true)
            {% endif %}
    )
select
    {% for column in columns %}
        {% if column in maskable %}
            case when {{ column }} <= $as_of then {{ column }} end as {{ column }},
        {% else %} {{ column }},
        {% endif %}
    {% endfor %}
from seen
qualify
    row_number() over (
        partition by {{ key | join(", ") }}
        order by
            {% if is_versioned %} updated_at desc nulls last, {% endif %}
            order_key desc,
            seen_load_number desc,
            source_row desc
    )
    = 1
