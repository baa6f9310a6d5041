-- The rows that are not plain in every column, read with care.
create or replace temp table odd_rows as
select
{{ row_number }} as source_row,
{% for column in columns %}
    {{ column.read }} as {{ column.name }}, {% endfor %}
    wrong_types is null
{% for column in columns if column.must_be_readable %}
        and (read_text({{ column.raw }}) is null or {{ column.read }} is not null)
{% endfor %}
{% for column in columns if column.is_required %} and read_text({{ column.raw }}) is not null {% endfor %}
    as is_good
from {{ relation }} as staged
where {{ row_number }} in (select source_row from odd_places)
