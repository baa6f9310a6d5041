select * from said order by entry
