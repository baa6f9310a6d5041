select coalesce(sum(rows), 0) from rejected_rows
