select count(*) from looked_at
