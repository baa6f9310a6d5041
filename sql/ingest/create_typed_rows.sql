create or replace temp view typed_rows as
select
{{ row_number }} as source_row
{% for column in plain.columns %}
        , {{ column.read }} as {{ column.name }}
{% endfor %}
from {{ relation }} as staged
{% if has_odd_rows %}
    where
        not exists (select 1 from odd_rows where odd_rows.source_row = {{ row_number }})
    union all
    select * exclude (is_good) from odd_rows where is_good
{% endif %}
