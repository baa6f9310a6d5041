select min(source_row) from known_rows
