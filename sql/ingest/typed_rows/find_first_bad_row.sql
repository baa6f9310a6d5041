select min(source_row) from odd_rows where not is_good
