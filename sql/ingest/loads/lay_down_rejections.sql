-- The file is read again: only what is rejected then stands.
update rejected_rows
set is_standing = false
where feed = $feed and file = $file and is_standing
