select distinct feed, file from rejected_rows where is_standing
