-- Row ids inside a transaction do not start at 0.
create or replace temp table typed_rows as
select
    rowid as staged_row,
    rowid - (select min(rowid) from staged) as source_row,
{% for column in columns %}
    {{ column.read }} as {{ column.name }}, {% endfor %}
    wrong_types is null
{% for column in columns if column.must_be_readable %}
        and (read_text({{ column.raw }}) is null or {{ column.read }} is not null)
{% endfor %}
{% for column in columns if column.is_required %} and read_text({{ column.raw }}) is not null {% endfor %}
    as is_good
from staged
