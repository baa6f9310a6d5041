-- By what orders are looked for besides their ids; of phones the last four digits.
insert into snapshot.working.search_keys
with
    new_keys as (
{% for feed, kind, column in sources %}
            select
    {% if kind == "phone" %}
                    nullif(
                        regexp_extract(
                            regexp_replace({{ column }}, '[^0-9]', '', 'g'), '.{4}$'
                        ),
                        ''
                    ) as key,
    {% else %}
        {{ column }} as key,
    {% endif %}
    {{ kind | literal }} as kind,
                order_id
            from feeds.{{ feed }}
            where load_number > $after
    {{ "union" if not loop.last }}
{% endfor %}
    )
select md5_number_lower(key) as key_hash, key, kind, order_id
from new_keys
{% if only_looked_at %} semi join looked_at using (order_id) {% endif %}
where key is not null
order by key_hash
