-- The rows that are not plain in every column. The separator stands in no plain value.
create or replace temp table odd_places as
select {{ row_number }} as source_row
from {{ relation }} as staged
where
    not (
        wrong_types is null
{% if plain.texts %}
            and regexp_full_match(
                concat(
    {% for text in plain.texts %}
        {{ text }} {{ ", chr(31), " if not loop.last }}
    {% endfor %}
                ),
    {{ plain.form | literal }}
            )
{% endif %}
{% for condition in plain.conditions %} and {{ condition }}
{% endfor %}
    )
