delete from findings where rowid in (select finding from reassessed)
