-- The version was seen again in a later file: from there it counts against others.
update feeds.{{ feed }} as version
set seen_load_number = $load_number, source_row = repeated.source_row
from repeated_rows as repeated
where version.rowid = repeated.version_row and repeated.is_from_earlier_file
