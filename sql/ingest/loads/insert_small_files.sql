-- Rows of several files, each with its number in its own file.
insert into feeds.{{ feed }} ({{ columns | join(", ") }}, load_number, seen_load_number, source_row)
select
{% for column in columns %} arriving.{{ column }}, {% endfor %}
    loads.load_number,
    loads.load_number,
    arriving.source_row - loads.first_row
from typed_rows as arriving
asof join
    (select * from small_loads where records > 0) as loads
    on arriving.source_row >= loads.first_row
where loads.load_number < $end
