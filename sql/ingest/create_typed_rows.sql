-- A condition and no anti join, of which DuckDB would build the table of all records:
-- it
-- takes those that are held for a single one. They are numbered below it: DuckDB would
-- first look for the distinct values of an expression that is compared.
create or replace temp view typed_rows as
with numbered as (select *, {{ row_number }} as source_row from {{ relation }} as staged)
select
    source_row
{% for column in plain.columns %}
        , {{ column.read }} as {{ column.name }}
{% endfor %}
from numbered as staged
{% if has_odd_rows %}
    where source_row not in (select source_row from odd_rows)
    union all
    select * exclude (is_good) from odd_rows where is_good
{% endif %}
