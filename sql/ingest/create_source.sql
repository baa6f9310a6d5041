create or replace temp table {{ view }} as
select {% for name, raw in columns.items() %} {{ raw }} as {{ name | identifier }}, {% endfor %}
from {{ relation }} as staged
