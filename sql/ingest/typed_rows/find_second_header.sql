-- The first row that names the columns in another order than the header: case, blanks
-- and dashes do not matter, as in a header.
{% macro plain(text) %}
    regexp_replace(lower({{ text }}), '[\s_-]+', '', 'g')
{% endmacro %}
with header as (select list_transform($names, lambda name:{{ plain("name") }}) as names)
select min({{ row_number }})
from {{ relation }} as staged
cross join header
where
    {% if among_bad_rows %}
        coalesce(
            {{ row_number }} in (select source_row from odd_rows where not is_good),
            false
        )
    {% else %} true
    {% endif %}
    {% for raw in columns %} and {{ plain(raw) }} in header.names {% endfor %}
    and [
        {% for raw in columns %}{{ plain(raw) }} {{ "," if not loop.last }} {% endfor %}
    ]
    != header.names
