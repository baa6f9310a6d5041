-- Numbered below the join: DuckDB would first look for the distinct values of an
-- expression that is compared with the odd rows.
create or replace temp view typed_rows as
with numbered as (select *, {{ row_number }} as source_row from {{ relation }} as staged)
select
    source_row
{% for column in plain.columns %}
        , {{ column.read }} as {{ column.name }}
{% endfor %}
from numbered as staged
{% if has_odd_rows %}
    anti join odd_rows using (source_row)
    union all
    select * exclude (is_good) from odd_rows where is_good
{% endif %}
