select coalesce(max(entry), 0) from said
