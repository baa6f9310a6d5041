-- How many more rows count than at the evaluation before, and the latest instant among
-- the versions of what changed.
with
    judged as (
        select
            bool_or(
                {{ occurs_at or "$as_of" }} <= $as_of
                {% if is_versioned %}
                    and coalesce(updated_at <= $as_of, true)
                {% endif %}
            ) as counts,
            bool_or(
                load_number <= $known_load
                and {{ occurs_at or "$known_as_of" }} <= $known_as_of
                {% if is_versioned %}
                    and coalesce(updated_at <= $known_as_of, true)
                {% endif %}
            ) as counted
        from versions_of_{{ feed }}
        group by {{ key | join(", ") }}
    )
select
    (
        select coalesce(sum(counts::integer - counted::integer), 0) from judged
    ) as more_rows,
    {% if instants %}
        (
            select
                greatest(
                    {% for column in instants %}
                        max({{ column }}) filter (
                            where {{ column }} <= $as_of
                        ) {{ "," if not loop.last }}
                    {% endfor %}
                )
            from versions_of_{{ feed }}
        )
    {% else %} null::timestamptz
    {% endif %} as latest_event_at
