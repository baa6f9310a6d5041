-- The columns of a source's file, without what protects them from spreadsheets.
select
    {% for name, raw in columns.items() %}
        {{ raw }} as {{ name | identifier }},
    {% endfor %}
    {{ "staged.record" if has_record else row_number }}::bigint as row_number
from {{ relation }} as staged
order by row_number
