-- The first row that an earlier one of these files has as a rejected one.
select min(arriving.source_row)
from typed_rows as arriving
asof join
    (select * from small_loads where records > 0) as loads
    on arriving.source_row >= loads.first_row
inner join
    (
        select lacking.load_number, rejected.row::json as row
        from newly_rejected as rejected
        inner join small_loads as lacking using (file)
    ) as rejected
    on rejected.load_number < loads.load_number
    {% for column in identifiers %}
        and read_text(rejected.row ->> {{ column | literal }})
        {{ "is not distinct from" if column in may_be_empty else "=" }} arriving.{{ column }}
    {% endfor %}
