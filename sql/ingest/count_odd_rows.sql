select count(*), count(*) filter (where not is_good) from odd_rows
