-- Of the rows that were loaded after a load: how many lie ahead, and how many keys were
-- not there before. The others have replaced a row, or were replaced.
with
    judged as (
        select
            {% for column in key %} {{ column }}, {% endfor %}
            load_number > $known_load as is_new,
            $as_of is not null
            {% if occurs_at %} and {{ occurs_at }} <= $as_of {% endif %}
            {% if is_versioned %}
                and coalesce(updated_at <= $as_of, true)
            {% endif %} as is_visible
        from {{ versions }}
    ),
    arrived as (
        select distinct {{ key | join(", ") }} from judged where is_new and is_visible
    )
select
    (select count(*) from judged where is_new and not is_visible) as ahead,
    (
        select count(*)
        from arrived
        anti join
            (
                select {{ key | join(", ") }}
                from judged
                where not is_new and is_visible
            ) as known
            on {% for column in key %}
                arrived.{{ column }} {{ "is not distinct from" if column in may_be_empty else "=" }} known.{{ column }} {{ "and" if not loop.last }}
            {% endfor %}
    ) as new_keys
