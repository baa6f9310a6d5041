select count(*) from odd_rows where not is_good
