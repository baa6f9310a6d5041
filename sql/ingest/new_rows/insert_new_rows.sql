insert into feeds.{{ feed }} ({{ columns | join(", ") }}, load_number, seen_load_number, source_row)
select {{ columns | join(", ") }}, $load_number, $load_number, source_row
from typed_rows anti join repeated_rows using (source_row)
