insert into feeds.{{ feed }} ({{ columns | join(", ") }}, load_number, seen_load_number, source_row)
select {{ columns | join(", ") }}, $load_number, $load_number, source_row
from typed_rows as row
where not exists (select 1 from repeated_rows where repeated_rows.source_row = row.source_row)
