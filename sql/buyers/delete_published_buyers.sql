delete from snapshot.working.buyers
where buyer_id in (select buyer_id from working.buyers where changed_in > $published)
